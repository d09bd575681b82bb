/** An amount of cycles as the network writes it in its messages: groups of three digits, an underscore between them. */
export function cyclesText(cycles: bigint): string {
  return String(cycles).replace(/\B(?=(?:\d{3})+$)/g, "_");
}
