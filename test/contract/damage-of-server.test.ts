import { describeDamage } from "./damage-suite.ts";

describeDamage("a server with a password and a database number");
