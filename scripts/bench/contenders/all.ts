import { bare } from "./bare.ts";
import type { ContenderKind } from "./contender.ts";
import { binary, fromSource, onDeno } from "./resound.ts";
import { reverb } from "./reverb.ts";
import { soketi } from "./soketi.ts";

/** All contenders, in the order in which they take turns and stand in tables. */
export const CONTENDERS: readonly ContenderKind[] = [bare, binary, fromSource, onDeno, soketi, reverb];
