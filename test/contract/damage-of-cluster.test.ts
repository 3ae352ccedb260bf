import { describeDamage } from "./damage-suite.ts";

describeDamage("a Redis Cluster of three masters");
