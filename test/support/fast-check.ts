import fc from "fast-check";

// In CI the cases are the same each time, so that a run fails by the change that it is for. Every other run draws its own, and a failed
// property names the seed of its counterexample.
if (process.env.CI === "true") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 7_700 });

export default fc;
