/** Types of crates that canisters use everywhere, as far as their Candid types are public facts. */
import { readInterface } from "../candid/serviceInterface.ts";
import { blobType, type CandidType, primitive } from "../candid/types.ts";
import { icrcTypesText } from "./icrcTypes.ts";

/** Types without parameters, by their last names, of the standard library and of candid. */
const plain: ReadonlyMap<string, CandidType> = new Map<string, CandidType>([
  ["bool", primitive("bool")],
  ["u8", primitive("nat8")],
  ["u16", primitive("nat16")],
  ["u32", primitive("nat32")],
  ["u64", primitive("nat64")],
  ["usize", primitive("nat64")],
  ["u128", primitive("nat")],
  ["i8", primitive("int8")],
  ["i16", primitive("int16")],
  ["i32", primitive("int32")],
  ["i64", primitive("int64")],
  ["isize", primitive("int64")],
  ["i128", primitive("int")],
  ["f32", primitive("float32")],
  ["f64", primitive("float64")],
  ["str", primitive("text")],
  ["String", primitive("text")],
]);

const ofCrates: ReadonlyMap<string, CandidType> = new Map<string, CandidType>([
  ["Nat", primitive("nat")],
  ["Int", primitive("int")],
  ["Principal", primitive("principal")],
  ["CanisterId", primitive("principal")],
  ["Reserved", primitive("reserved")],
  ["Empty", primitive("empty")],
  ["ByteBuf", blobType],
  ["ByteArray", blobType],
  ["Bytes", blobType],
]);

/** The Candid type of a type of the language itself. */
export function plainType(name: string): CandidType | undefined {
  return plain.get(name);
}

/** The Candid type of a type of candid, ic-cdk, serde_bytes or the ICRC ledger crates, by its whole path. */
export function knownType(path: string): CandidType | undefined {
  const name = path.slice(path.lastIndexOf(":") + 1);
  const crate = path.slice(0, path.indexOf(":"));
  switch (crate) {
    case "std":
    case "core":
    case "alloc":
      return name === "String" ? plain.get(name) : undefined;
    case "candid":
    case "ic_cdk":
    case "ic_principal":
    case "ic_types":
    case "serde_bytes":
    case "ic_base_types":
      return name === "CanisterId" && crate !== "ic_base_types" ? undefined : ofCrates.get(name);
    case "icrc_ledger_types":
      return icrcTypes().get(name);
    default:
      return undefined;
  }
}

let icrc: ReadonlyMap<string, CandidType> | undefined;

function icrcTypes(): ReadonlyMap<string, CandidType> {
  icrc ??= new Map<string, CandidType>(readInterface(icrcTypesText).environment.types);
  return icrc;
}
