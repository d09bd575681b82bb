const units: Readonly<Record<string, bigint>> = { "": 1n, k: 10n ** 3n, m: 10n ** 6n, b: 10n ** 9n, t: 10n ** 12n };

/** Reads `1.5t`, `20b`, `500_000`; decimal cycles, undefined when it is no such number. */
export function parseCycles(text: string): string | undefined {
  const match = /^(\d[\d_]*)(?:\.(\d+))?\s*([kmbt]?)$/i.exec(text.trim());
  const unit = units[(match?.[3] ?? "").toLowerCase()];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const fraction = match[2] ?? "";
  const scaled = BigInt(match[1].replaceAll("_", "") + fraction) * unit;
  const divisor = 10n ** BigInt(fraction.length);
  return scaled % divisor === 0n ? (scaled / divisor).toString() : undefined;
}

const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads `30s`, `5m`, `2h`, `1d` or seconds without a unit. */
export function parseSeconds(text: string): number | undefined {
  const match = /^(\d+)\s*([smhd]?)$/i.exec(text.trim());
  const unit = secondsPerUnit[(match?.[2] || "s").toLowerCase()];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
