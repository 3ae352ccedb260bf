import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const CLIENTS = 5000, CALL = 50;
/** PHP processes, and the rates with which they are tried: none, the default, and four fifths of what they answer in a second. */
const CASES = [
  { processes: 190, rates: [0, 3000] },
  { processes: 20, rates: [0, 3000, 320] },
] as const;

/** Thousands of clients come back at once, and ask the application for their private channels. */
export const stampede: Scenario = {
  name: "stampede",
  title: "Thousands come back at once",
  measures: "How soon all clients have their channel again when thousands come within a second.",
  about:
    `${
      CLIENTS.toLocaleString("en")
    } clients come within a second, as after a lost network, each with a private channel. Its signature ` +
    `comes from a model of Laravel behind PHP-FPM in the load client: so many processes, ${CALL} ms a call, a queue of 511 calls; what ` +
    `is more fails, as in pusher-js for good. A client that is turned away comes back after a second.`,
  needs: "pace",
  async measure(stage) {
    if (!stage.fits(CLIENTS)) return;
    for (const { processes, rates } of CASES) {
      for (const welcomeRate of rates) await one(stage, processes, welcomeRate);
    }
  },
};

async function one(stage: Stage, processes: number, welcomeRate: number): Promise<void> {
  const pace = welcomeRate === 0 ? "without a pace" : `welcome_rate ${welcomeRate.toLocaleString("en")}`;
  const label = `${processes} PHP processes, ${pace}`;
  stage.note(label);
  const contender = await stage.start({ welcomeRate });
  const request = { target: contender.target, clients: CLIENTS, processes, callMilliseconds: CALL };
  const answer = await stage.costOf(contender, () => stage.load.ask("stampede", request));
  await stage.stop(contender);
  const figure = { label, loadShare: answer.loadShare };
  stage.add(
    {
      ...figure,
      measure: "clients left without their channel",
      unit: "clients",
      value: answer.withoutChannel,
    },
    { ...figure, measure: "until all are greeted", unit: "s", value: answer.greetedWithin / 1000 },
    { ...figure, measure: "until the last channel", unit: "s", value: answer.within / 1000 },
    { ...figure, measure: "longest wait for a greeting", unit: "s", value: answer.longestGreeting / 1000 },
    { ...figure, measure: "longest call", unit: "s", value: answer.longestCall / 1000 },
    { ...figure, measure: "turned away with 4100", unit: "times", value: answer.turnedAway },
    { ...figure, measure: "CPU of the server", unit: "s", value: answer.serverSeconds },
  );
}
