/** The curve BLS12-381, which subnets sign with and which vetKeys lie on. */
import { bls12_381 } from "@noble/curves/bls12-381.js";

/** Order of its groups: secret keys are below it. */
export const blsOrder: bigint = bls12_381.fields.Fr.ORDER;

const g1 = bls12_381.G1.Point;
const g2 = bls12_381.G2.Point;

/** A message as a point of G1, by the suite of that domain separation tag. RFC 9380. */
export function hashToG1(message: Uint8Array, tag: string): InstanceType<typeof g1> {
  return g1.fromAffine(bls12_381.G1.hashToCurve(message, { DST: tag }).toAffine());
}

/**
 * The public key of a secret: a multiple of the generator of G2, 96 bytes, compressed. Without the library's table of
 * multiples, which takes longer to make (160 ms) than twenty keys, and without its care for constant time: these
 * keys guard nothing.
 */
export function g2Multiple(secret: bigint): Uint8Array {
  return g2.fromAffine(g2.BASE.toAffine()).multiplyUnsafe(secret).toBytes(true);
}
