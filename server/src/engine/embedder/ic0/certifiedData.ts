import { violateContract } from "../executionTrap.ts";
import { type MessageExecution, modeNames } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

/** Bytes of the longest certified data. */
const certifiedDataBytesMax = 32;

/** Certified data, its certificate, and the root key that certificates are checked with. */
export const certifiedDataFunctions: readonly SystemApiFunction[] = [
  on("I G U Ry Rt T", "certified_data_set", "II", "", perByte(1), (it, source, size) => {
    if (size > certifiedDataBytesMax) {
      violateContract(
        `ic0_certified_data_set failed because the passed data must be no larger than 32 bytes. Found ${size} bytes`,
      );
    }
    it.certifiedData = new Uint8Array(it.readHeap("ic0.certified_data_set", source, size));
  }),
  on("*", "data_certificate_present", "", "i", usual, (it) => (it.input.dataCertificate === undefined ? 0 : 1)),
  on("NRQ CQ", "data_certificate_size", "", "I", usual, (it) => certificate(it, "data_certificate_size").length),
  on("NRQ CQ", "data_certificate_copy", "III", "", perByte(2), (it, target, offset, size) => {
    const bytes = certificate(it, "data_certificate_copy");
    it.copyToHeap("ic0.data_certificate_copy", bytes, "certificate", target, offset, size);
  }),
  on("I G U RQ Ry Rt C T", "root_key_size", "", "I", usual, (it) => it.input.rootKey.length),
  on("I G U RQ Ry Rt C T", "root_key_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.root_key_copy", it.input.rootKey, "key", target, offset, size),
  ),
];

function certificate(it: MessageExecution, name: string): Uint8Array {
  const { dataCertificate, mode } = it.input;
  return dataCertificate ?? violateContract(`"ic0_${name}" cannot be executed in ${modeNames[mode]} mode`);
}
