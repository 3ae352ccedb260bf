import { describe, expect, test } from "bun:test";
import { socketsAt } from "../../../../scripts/bench/machine/socket-owners.ts";

// As Linux writes it: local and remote address in hexadecimal, 0A listens, 01 is connected.
const TABLE =
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0000000000000000 20 4 30 10 -1
`;

describe("finding the worker that serves a connection", () => {
  test("the sockets of a port are those on the server's side, with the client's port", () => {
    expect(socketsAt(TABLE, 8080, "connected")).toEqual([{ remotePort: 50_000, inode: "222" }]);
    expect(socketsAt(TABLE, 8080, "listening")).toEqual([{ remotePort: 0, inode: "111" }]);
    expect(socketsAt(TABLE, 9, "connected")).toEqual([]);
  });
});
