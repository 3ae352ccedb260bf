import { against } from "./against.ts";
import { bare } from "./bare.ts";
import type { ContenderKind } from "./contender.ts";
import { binary, fromSource, onDeno } from "./resound.ts";
import { reverb } from "./reverb.ts";
import { sockudo } from "./sockudo.ts";
import { soketi } from "./soketi.ts";

/** Where contenders are that the benchmark cannot install by itself. */
export interface ContenderPlaces {
  readonly sockudo?: string | undefined;
  readonly reverb?: string | undefined;
}

/** All contenders, in the order in which they take turns and stand in tables. */
export function allContenders(places: ContenderPlaces = {}): readonly ContenderKind[] {
  return [bare, binary, fromSource, onDeno, sockudo(places.sockudo), soketi, reverb(places.reverb)];
}

/** This server as another commit has it, and as the sources stand. */
export function twoBuilds(ref: string): readonly ContenderKind[] {
  return [against(ref), binary];
}
