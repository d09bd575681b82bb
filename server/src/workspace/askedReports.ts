import { clientRules } from "../rules/clientRules.ts";
import { isAskedFor, type Report, type RuleSettings, withSettings } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";

/** What there is to say about a file under some settings; what nobody asked for is not even looked for where that is much. */
export function askedReports(
  snapshot: Snapshot,
  path: string,
  settings: RuleSettings,
  cancelled?: () => boolean,
): readonly Report[] {
  const own = snapshot.reports(path, cancelled);
  const asks = clientRules.some((it) => isAskedFor(it.id, settings));
  if (!asks || cancelled?.()) return withSettings(own, settings);
  const all = [...own, ...snapshot.clientReports(path)].sort((a, b) => a.range.start - b.range.start);
  return withSettings(all, settings);
}
