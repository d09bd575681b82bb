/** Whether a method, by its name, moves or makes something: a second call is a second payment. */
export function movesAssets(method: string | undefined): boolean {
  return (
    method !== undefined &&
    /(^|_)(transfer|send|mint|burn|withdraw|pay|deposit|create|approve)(_|$)/.test(method) &&
    !/^(get|list|is|has|query)_/.test(method)
  );
}
