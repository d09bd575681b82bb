/** A decimal with thousands separated, `1,234,567`. */
export function grouped(decimal: string): string {
  return decimal.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Cycles or instructions as people read them: `2.000 T`, `41.3 M`, `12,345`. */
export function scaled(decimal: string): string {
  const amount = Number(decimal);
  const units = [
    { unit: "T", size: 1e12 },
    { unit: "B", size: 1e9 },
    { unit: "M", size: 1e6 },
  ];
  const fitting = units.find((it) => Math.abs(amount) >= it.size);
  return fitting === undefined ? grouped(decimal) : `${(amount / fitting.size).toFixed(3)} ${fitting.unit}`;
}

/** Bytes as `1.2 MiB`, `640 KiB`, `12 bytes`. */
export function bytesText(bytes: number): string {
  if (bytes >= 2 ** 20) return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  if (bytes >= 2 ** 10) return `${(bytes / 2 ** 10).toFixed(0)} KiB`;
  return `${bytes} bytes`;
}

/** Milliseconds as `0.6 ms`, `340 ms`, `2.4 s`. */
export function durationText(millis: number): string {
  if (millis >= 1_000) return `${(millis / 1_000).toFixed(1)} s`;
  return `${millis < 10 ? millis.toFixed(1) : millis.toFixed(0)} ms`;
}

/** The time of day of a call, `14:03:27`. */
export function timeText(millis: number): string {
  return new Date(millis).toLocaleTimeString(undefined, { hour12: false });
}
