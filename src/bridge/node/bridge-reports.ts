import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ClusterReports, ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { type DepartureMark, userOfSubject, VACANT } from "../../hub/cluster/departure-mark.ts";
import type { OwnerLink } from "./owner-link.ts";

/** What reports need of the rest of the node. */
export interface BridgeReportsParts {
  readonly link: OwnerLink;
  readonly receiver: ReportReceiver;
  /** Names a departure. */
  readonly newToken: () => string;
  /** Whether this node brings what it has reported before, as the first node that the owner hears of. */
  readonly isBringing: () => boolean;
}

/** Has the owner decide which node reports a change. */
export class BridgeReports implements ClusterReports {
  readonly occupancy: ClusterOccupancy;
  readonly #parts: BridgeReportsParts;

  constructor(parts: BridgeReportsParts) {
    const { link, receiver, newToken, isBringing } = this.#parts = parts;
    this.occupancy = {
      firstSubscribed(topic, cause) {
        const wasReported = isBringing();
        link.ask(["occupy", topic], (isFirst) => {
          if (isFirst && !wasReported) receiver.occupied(topic, true, cause);
        }, () => {
          if (!wasReported) receiver.occupied(topic, false, cause);
        });
      },
      lastUnsubscribed(topic, cause) {
        const token = newToken();
        link.ask(["vacate", topic, token], (isLast) => {
          if (isLast) receiver.vacated(topic, { topic, subject: VACANT, token }, cause);
        }, () => receiver.vacated(topic, undefined, cause));
      },
    };
  }

  confirmDeparture({ topic, subject, token }: DepartureMark, stillSo: () => void): void {
    const { link, receiver } = this.#parts;
    link.ask(["confirm", topic, subject, token], (isSo) => {
      if (isSo) stillSo();
    }, () => {
      // The owner cannot be asked: the departure is rather reported twice than never.
      if (!receiver.isHere(topic, userOfSubject(subject))) stillSo();
    });
  }

  noteMiss(topic: string, first: () => void): void {
    this.#parts.link.ask(["miss", topic], (isFirst) => {
      if (isFirst) first();
    }, first);
  }

  answered(): Promise<void> {
    return new Promise((resolve) => this.#parts.link.ask(["barrier"], () => resolve(), resolve));
  }

  /** A departure of a node that has gone is this node's to report. */
  departed(topic: string, subject: string, token: string): void {
    const { receiver } = this.#parts, userId = userOfSubject(subject), mark = { topic, subject, token };
    if (userId === undefined) receiver.vacated(topic, mark);
    else receiver.memberRemoved(topic, userId, mark);
  }
}
