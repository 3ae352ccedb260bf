import { alternation } from "./alternation.ts";
import type { Checker } from "./checker.ts";
import { delivery } from "./delivery.ts";
import { ghosts } from "./ghosts.ts";
import { honestLoss } from "./honest-loss.ts";
import { picture } from "./picture.ts";
import { reports } from "./reports.ts";
import { users } from "./users.ts";

/** All checkers, in the order of the report. */
export const CHECKERS: readonly Checker[] = [
  users,
  ghosts,
  alternation,
  picture,
  delivery,
  honestLoss,
  reports,
];
