import { expect, test } from "bun:test";
import { PLATFORMS } from "../../../scripts/build/platforms.ts";
import { runResound } from "../../support/run-resound.ts";
import { packagedFile } from "../../support/proxies.ts";

// No image is built here: that needs a container engine. These are the mistakes that can be seen in the text.

/** One instruction with what follows it. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const instructions: readonly Instruction[] = packagedFile("Dockerfile", {}).split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [name = "", ...words] = line.split(" ");
    return { name, rest: words.join(" ") };
  });

const all = (name: string): readonly string[] =>
  instructions.filter((each) => each.name === name).map(({ rest }) => rest);

/** A command in the form that needs no shell, which the image does not have. */
function execForm(text: string | undefined): readonly string[] {
  const command: unknown = JSON.parse(text ?? "");
  if (!Array.isArray(command)) throw new Error(`${text} is no list`);
  return command.map(String);
}

test("the Dockerfile has nothing but instructions that Docker knows", () => {
  const known = [
    "FROM",
    "COPY",
    "WORKDIR",
    "USER",
    "EXPOSE",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "ENTRYPOINT",
    "CMD",
  ];
  expect(instructions.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test("it copies executables that `bun run build --all` makes, for both processors", () => {
  const copied = all("COPY").flatMap((rest) => /dist\/(\S+)/.exec(rest)?.[1] ?? []);
  expect(copied).toEqual(["resound-linux-x64-baseline", "resound-linux-arm64"]);
  const glibc = PLATFORMS.filter(({ header }) =>
    header.format === "elf" && header.interpreter?.includes("ld-linux")
  );
  for (const name of copied) expect(glibc.map((platform) => platform.name)).toContain(name);
});

test("every stage that is used is there", () => {
  const stages = all("FROM").flatMap((rest) => / AS (\S+)$/.exec(rest)?.[1] ?? []);
  expect(stages).toEqual(["executable-amd64", "executable-arm64", "executable"]);
  expect(all("FROM")).toContain("executable-${TARGETARCH} AS executable");
  const used = all("COPY").flatMap((rest) => /--from=(\S+)/.exec(rest)?.[1] ?? []);
  expect(used.filter((stage) => !stages.includes(stage))).toEqual([]);
});

test("it runs as a user without rights, without a shell, and commands that exist", async () => {
  expect(all("USER")).toEqual(["nonroot"]);
  const [executable = ""] = execForm(all("ENTRYPOINT")[0]);
  expect(all("COPY").at(-1)).toEndWith(` ${executable}`);
  const health = execForm(/ CMD (\[.*\])$/.exec(all("HEALTHCHECK")[0] ?? "")?.[1]);
  expect(health[0]).toBe(executable);
  for (const [command = ""] of [execForm(all("CMD")[0]), health.slice(1)]) {
    expect((await runResound([command, "--help"])).stdout.join("\n")).toContain(`resound ${command}`);
  }
});
