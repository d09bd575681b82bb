import { LiveModel } from "../analysis/liveModel.ts";
import { KnownFindings } from "./knownFindings.ts";

/** What is kept of a crate from one check to the next, for as long as the same package is meant. */
export class CrateMemory {
  readonly model = new LiveModel();
  readonly findings = new KnownFindings();
}
