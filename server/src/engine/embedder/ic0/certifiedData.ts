import { violateContract, violateContractByUser } from "../executionTrap.ts";
import { type MessageExecution, refuseMode } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

/** Bytes of the longest certified data. */
const certifiedDataBytesMax = 32;

/** Certified data, its certificate, and the root key that certificates are checked with. */
export const certifiedDataFunctions: readonly SystemApiFunction[] = [
  on("I G U Ry Rt T", "certified_data_set", "II", "", perByte(1), (it, source, size) => {
    if (size > certifiedDataBytesMax) {
      violateContractByUser(
        `ic0_certified_data_set failed because the passed data must be no larger than ${certifiedDataBytesMax} bytes. Found ${size} bytes.`,
        "Try certifying just the hash of your data instead of the full contents.",
        "certified_data_set-payload-too-large",
      );
    }
    checkRange("certified_data_set", "src", source, size, it.heap.bytes.length);
    it.certifiedData = new Uint8Array(it.readHeap("ic0.certified_data_set", source, size));
  }),
  on("*", "data_certificate_present", "", "i", usual, (it) => (it.input.dataCertificate === undefined ? 0 : 1)),
  on("NRQ CQ", "data_certificate_size", "", "I", usual, (it) => certificate(it, "data_certificate_size").length),
  on("NRQ CQ", "data_certificate_copy", "III", "", perByte(2), (it, target, offset, size) => {
    const bytes = certificate(it, "data_certificate_copy");
    checkRange("data_certificate_copy", "offset", offset, size, bytes.length);
    checkRange("data_certificate_copy", "dst", target, size, it.heap.bytes.length);
    it.copyToHeap("ic0.data_certificate_copy", bytes, "certificate", target, offset, size);
  }),
  on("I G U RQ Ry Rt C T", "root_key_size", "", "I", usual, (it) => it.input.rootKey.length),
  on("I G U RQ Ry Rt C T", "root_key_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.root_key_copy", it.input.rootKey, "bytes", target, offset, size),
  ),
];

/** Two functions have their own words for a range beyond the end. */
function checkRange(name: string, what: "src" | "dst" | "offset", start: number, size: number, end: number): void {
  if (start + size <= end) return;
  const found = `Found ${what} = ${start} and size = ${size} while ${what} + size must be <= ${end}`;
  violateContract(`ic0_${name} failed because ${what} + size is out of bounds. ${found}`);
}

function certificate(it: MessageExecution, name: string): Uint8Array {
  const { dataCertificate, mode } = it.input;
  return dataCertificate?.() ?? refuseMode(`ic0_${name}`, mode);
}
