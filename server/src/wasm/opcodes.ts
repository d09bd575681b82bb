/**
 * Every operator of WebAssembly 2.0 with the tail call and memory64 proposals (64-bit forms share the opcodes).
 * https://webassembly.github.io/spec/core/appendix/index-instructions.html
 */

/** What follows an opcode in the binary format. */
export type ImmediateKind =
  | "none"
  | "block"
  | "label"
  | "labels"
  | "function"
  | "typeTable"
  | "types"
  | "local"
  | "global"
  | "table"
  | "tableTable"
  | "memory"
  | "memoryLane"
  | "memoryIndex"
  | "memoryMemory"
  | "dataMemory"
  | "data"
  | "elementTable"
  | "element"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "v128"
  | "shuffle"
  | "lane"
  | "refType";

/** One operator. */
export interface Operator {
  /** The opcode byte; for prefixed opcodes `prefix << 8 | number`. */
  readonly code: number;
  /** Its name in the text format (`select_t` for `select` with a type). */
  readonly name: string;
  readonly immediate: ImmediateKind;
  /**
   * Operands taken, the first pushed first, one letter each: i i32, l i64, f f32, d f64, v v128, r reference, x any,
   * I address of the memory, T index into the table. Calls and blocks take more, by their types.
   */
  readonly takes: string;
  /** Results left, in the same letters. */
  readonly leaves: string;
}

/** Prefix of saturating conversions and bulk operations. */
export const bulkPrefix = 0xfc;

/** Prefix of vector operators. */
export const vectorPrefix = 0xfd;

/** code, name, immediate, takes>leaves */
const rows = `
0x00 unreachable none >
0x01 nop none >
0x02 block block >
0x03 loop block >
0x04 if block i>
0x05 else none >
0x0b end none >
0x0c br label >
0x0d br_if label i>
0x0e br_table labels i>
0x0f return none >
0x10 call function >
0x11 call_indirect typeTable T>
0x12 return_call function >
0x13 return_call_indirect typeTable T>
0x1a drop none x>
0x1b select none xxi>x
0x1c select_t types xxi>x
0x20 local.get local >x
0x21 local.set local x>
0x22 local.tee local x>x
0x23 global.get global >x
0x24 global.set global x>
0x25 table.get table T>r
0x26 table.set table Tr>
0x28 i32.load memory I>i
0x29 i64.load memory I>l
0x2a f32.load memory I>f
0x2b f64.load memory I>d
0x2c i32.load8_s memory I>i
0x2d i32.load8_u memory I>i
0x2e i32.load16_s memory I>i
0x2f i32.load16_u memory I>i
0x30 i64.load8_s memory I>l
0x31 i64.load8_u memory I>l
0x32 i64.load16_s memory I>l
0x33 i64.load16_u memory I>l
0x34 i64.load32_s memory I>l
0x35 i64.load32_u memory I>l
0x36 i32.store memory Ii>
0x37 i64.store memory Il>
0x38 f32.store memory If>
0x39 f64.store memory Id>
0x3a i32.store8 memory Ii>
0x3b i32.store16 memory Ii>
0x3c i64.store8 memory Il>
0x3d i64.store16 memory Il>
0x3e i64.store32 memory Il>
0x3f memory.size memoryIndex >I
0x40 memory.grow memoryIndex I>I
0x41 i32.const i32 >i
0x42 i64.const i64 >l
0x43 f32.const f32 >f
0x44 f64.const f64 >d
0x45 i32.eqz none i>i
0x46 i32.eq none ii>i
0x47 i32.ne none ii>i
0x48 i32.lt_s none ii>i
0x49 i32.lt_u none ii>i
0x4a i32.gt_s none ii>i
0x4b i32.gt_u none ii>i
0x4c i32.le_s none ii>i
0x4d i32.le_u none ii>i
0x4e i32.ge_s none ii>i
0x4f i32.ge_u none ii>i
0x50 i64.eqz none l>i
0x51 i64.eq none ll>i
0x52 i64.ne none ll>i
0x53 i64.lt_s none ll>i
0x54 i64.lt_u none ll>i
0x55 i64.gt_s none ll>i
0x56 i64.gt_u none ll>i
0x57 i64.le_s none ll>i
0x58 i64.le_u none ll>i
0x59 i64.ge_s none ll>i
0x5a i64.ge_u none ll>i
0x5b f32.eq none ff>i
0x5c f32.ne none ff>i
0x5d f32.lt none ff>i
0x5e f32.gt none ff>i
0x5f f32.le none ff>i
0x60 f32.ge none ff>i
0x61 f64.eq none dd>i
0x62 f64.ne none dd>i
0x63 f64.lt none dd>i
0x64 f64.gt none dd>i
0x65 f64.le none dd>i
0x66 f64.ge none dd>i
0x67 i32.clz none i>i
0x68 i32.ctz none i>i
0x69 i32.popcnt none i>i
0x6a i32.add none ii>i
0x6b i32.sub none ii>i
0x6c i32.mul none ii>i
0x6d i32.div_s none ii>i
0x6e i32.div_u none ii>i
0x6f i32.rem_s none ii>i
0x70 i32.rem_u none ii>i
0x71 i32.and none ii>i
0x72 i32.or none ii>i
0x73 i32.xor none ii>i
0x74 i32.shl none ii>i
0x75 i32.shr_s none ii>i
0x76 i32.shr_u none ii>i
0x77 i32.rotl none ii>i
0x78 i32.rotr none ii>i
0x79 i64.clz none l>l
0x7a i64.ctz none l>l
0x7b i64.popcnt none l>l
0x7c i64.add none ll>l
0x7d i64.sub none ll>l
0x7e i64.mul none ll>l
0x7f i64.div_s none ll>l
0x80 i64.div_u none ll>l
0x81 i64.rem_s none ll>l
0x82 i64.rem_u none ll>l
0x83 i64.and none ll>l
0x84 i64.or none ll>l
0x85 i64.xor none ll>l
0x86 i64.shl none ll>l
0x87 i64.shr_s none ll>l
0x88 i64.shr_u none ll>l
0x89 i64.rotl none ll>l
0x8a i64.rotr none ll>l
0x8b f32.abs none f>f
0x8c f32.neg none f>f
0x8d f32.ceil none f>f
0x8e f32.floor none f>f
0x8f f32.trunc none f>f
0x90 f32.nearest none f>f
0x91 f32.sqrt none f>f
0x92 f32.add none ff>f
0x93 f32.sub none ff>f
0x94 f32.mul none ff>f
0x95 f32.div none ff>f
0x96 f32.min none ff>f
0x97 f32.max none ff>f
0x98 f32.copysign none ff>f
0x99 f64.abs none d>d
0x9a f64.neg none d>d
0x9b f64.ceil none d>d
0x9c f64.floor none d>d
0x9d f64.trunc none d>d
0x9e f64.nearest none d>d
0x9f f64.sqrt none d>d
0xa0 f64.add none dd>d
0xa1 f64.sub none dd>d
0xa2 f64.mul none dd>d
0xa3 f64.div none dd>d
0xa4 f64.min none dd>d
0xa5 f64.max none dd>d
0xa6 f64.copysign none dd>d
0xa7 i32.wrap_i64 none l>i
0xa8 i32.trunc_f32_s none f>i
0xa9 i32.trunc_f32_u none f>i
0xaa i32.trunc_f64_s none d>i
0xab i32.trunc_f64_u none d>i
0xac i64.extend_i32_s none i>l
0xad i64.extend_i32_u none i>l
0xae i64.trunc_f32_s none f>l
0xaf i64.trunc_f32_u none f>l
0xb0 i64.trunc_f64_s none d>l
0xb1 i64.trunc_f64_u none d>l
0xb2 f32.convert_i32_s none i>f
0xb3 f32.convert_i32_u none i>f
0xb4 f32.convert_i64_s none l>f
0xb5 f32.convert_i64_u none l>f
0xb6 f32.demote_f64 none d>f
0xb7 f64.convert_i32_s none i>d
0xb8 f64.convert_i32_u none i>d
0xb9 f64.convert_i64_s none l>d
0xba f64.convert_i64_u none l>d
0xbb f64.promote_f32 none f>d
0xbc i32.reinterpret_f32 none f>i
0xbd i64.reinterpret_f64 none d>l
0xbe f32.reinterpret_i32 none i>f
0xbf f64.reinterpret_i64 none l>d
0xc0 i32.extend8_s none i>i
0xc1 i32.extend16_s none i>i
0xc2 i64.extend8_s none l>l
0xc3 i64.extend16_s none l>l
0xc4 i64.extend32_s none l>l
0xd0 ref.null refType >r
0xd1 ref.is_null none r>i
0xd2 ref.func function >r
0xfc00 i32.trunc_sat_f32_s none f>i
0xfc01 i32.trunc_sat_f32_u none f>i
0xfc02 i32.trunc_sat_f64_s none d>i
0xfc03 i32.trunc_sat_f64_u none d>i
0xfc04 i64.trunc_sat_f32_s none f>l
0xfc05 i64.trunc_sat_f32_u none f>l
0xfc06 i64.trunc_sat_f64_s none d>l
0xfc07 i64.trunc_sat_f64_u none d>l
0xfc08 memory.init dataMemory Iii>
0xfc09 data.drop data >
0xfc0a memory.copy memoryMemory III>
0xfc0b memory.fill memoryIndex IiI>
0xfc0c table.init elementTable Tii>
0xfc0d elem.drop element >
0xfc0e table.copy tableTable TTT>
0xfc0f table.grow table rT>T
0xfc10 table.size table >T
0xfc11 table.fill table TrT>
0xfd00 v128.load memory I>v
0xfd01 v128.load8x8_s memory I>v
0xfd02 v128.load8x8_u memory I>v
0xfd03 v128.load16x4_s memory I>v
0xfd04 v128.load16x4_u memory I>v
0xfd05 v128.load32x2_s memory I>v
0xfd06 v128.load32x2_u memory I>v
0xfd07 v128.load8_splat memory I>v
0xfd08 v128.load16_splat memory I>v
0xfd09 v128.load32_splat memory I>v
0xfd0a v128.load64_splat memory I>v
0xfd0b v128.store memory Iv>
0xfd0c v128.const v128 >v
0xfd0d i8x16.shuffle shuffle vv>v
0xfd0e i8x16.swizzle none vv>v
0xfd0f i8x16.splat none i>v
0xfd10 i16x8.splat none i>v
0xfd11 i32x4.splat none i>v
0xfd12 i64x2.splat none l>v
0xfd13 f32x4.splat none f>v
0xfd14 f64x2.splat none d>v
0xfd15 i8x16.extract_lane_s lane v>i
0xfd16 i8x16.extract_lane_u lane v>i
0xfd17 i8x16.replace_lane lane vi>v
0xfd18 i16x8.extract_lane_s lane v>i
0xfd19 i16x8.extract_lane_u lane v>i
0xfd1a i16x8.replace_lane lane vi>v
0xfd1b i32x4.extract_lane lane v>i
0xfd1c i32x4.replace_lane lane vi>v
0xfd1d i64x2.extract_lane lane v>l
0xfd1e i64x2.replace_lane lane vl>v
0xfd1f f32x4.extract_lane lane v>f
0xfd20 f32x4.replace_lane lane vf>v
0xfd21 f64x2.extract_lane lane v>d
0xfd22 f64x2.replace_lane lane vd>v
0xfd23 i8x16.eq none vv>v
0xfd24 i8x16.ne none vv>v
0xfd25 i8x16.lt_s none vv>v
0xfd26 i8x16.lt_u none vv>v
0xfd27 i8x16.gt_s none vv>v
0xfd28 i8x16.gt_u none vv>v
0xfd29 i8x16.le_s none vv>v
0xfd2a i8x16.le_u none vv>v
0xfd2b i8x16.ge_s none vv>v
0xfd2c i8x16.ge_u none vv>v
0xfd2d i16x8.eq none vv>v
0xfd2e i16x8.ne none vv>v
0xfd2f i16x8.lt_s none vv>v
0xfd30 i16x8.lt_u none vv>v
0xfd31 i16x8.gt_s none vv>v
0xfd32 i16x8.gt_u none vv>v
0xfd33 i16x8.le_s none vv>v
0xfd34 i16x8.le_u none vv>v
0xfd35 i16x8.ge_s none vv>v
0xfd36 i16x8.ge_u none vv>v
0xfd37 i32x4.eq none vv>v
0xfd38 i32x4.ne none vv>v
0xfd39 i32x4.lt_s none vv>v
0xfd3a i32x4.lt_u none vv>v
0xfd3b i32x4.gt_s none vv>v
0xfd3c i32x4.gt_u none vv>v
0xfd3d i32x4.le_s none vv>v
0xfd3e i32x4.le_u none vv>v
0xfd3f i32x4.ge_s none vv>v
0xfd40 i32x4.ge_u none vv>v
0xfd41 f32x4.eq none vv>v
0xfd42 f32x4.ne none vv>v
0xfd43 f32x4.lt none vv>v
0xfd44 f32x4.gt none vv>v
0xfd45 f32x4.le none vv>v
0xfd46 f32x4.ge none vv>v
0xfd47 f64x2.eq none vv>v
0xfd48 f64x2.ne none vv>v
0xfd49 f64x2.lt none vv>v
0xfd4a f64x2.gt none vv>v
0xfd4b f64x2.le none vv>v
0xfd4c f64x2.ge none vv>v
0xfd4d v128.not none v>v
0xfd4e v128.and none vv>v
0xfd4f v128.andnot none vv>v
0xfd50 v128.or none vv>v
0xfd51 v128.xor none vv>v
0xfd52 v128.bitselect none vvv>v
0xfd53 v128.any_true none v>i
0xfd54 v128.load8_lane memoryLane Iv>v
0xfd55 v128.load16_lane memoryLane Iv>v
0xfd56 v128.load32_lane memoryLane Iv>v
0xfd57 v128.load64_lane memoryLane Iv>v
0xfd58 v128.store8_lane memoryLane Iv>
0xfd59 v128.store16_lane memoryLane Iv>
0xfd5a v128.store32_lane memoryLane Iv>
0xfd5b v128.store64_lane memoryLane Iv>
0xfd5c v128.load32_zero memory I>v
0xfd5d v128.load64_zero memory I>v
0xfd5e f32x4.demote_f64x2_zero none v>v
0xfd5f f64x2.promote_low_f32x4 none v>v
0xfd60 i8x16.abs none v>v
0xfd61 i8x16.neg none v>v
0xfd62 i8x16.popcnt none v>v
0xfd63 i8x16.all_true none v>i
0xfd64 i8x16.bitmask none v>i
0xfd65 i8x16.narrow_i16x8_s none vv>v
0xfd66 i8x16.narrow_i16x8_u none vv>v
0xfd67 f32x4.ceil none v>v
0xfd68 f32x4.floor none v>v
0xfd69 f32x4.trunc none v>v
0xfd6a f32x4.nearest none v>v
0xfd6b i8x16.shl none vi>v
0xfd6c i8x16.shr_s none vi>v
0xfd6d i8x16.shr_u none vi>v
0xfd6e i8x16.add none vv>v
0xfd6f i8x16.add_sat_s none vv>v
0xfd70 i8x16.add_sat_u none vv>v
0xfd71 i8x16.sub none vv>v
0xfd72 i8x16.sub_sat_s none vv>v
0xfd73 i8x16.sub_sat_u none vv>v
0xfd74 f64x2.ceil none v>v
0xfd75 f64x2.floor none v>v
0xfd76 i8x16.min_s none vv>v
0xfd77 i8x16.min_u none vv>v
0xfd78 i8x16.max_s none vv>v
0xfd79 i8x16.max_u none vv>v
0xfd7a f64x2.trunc none v>v
0xfd7b i8x16.avgr_u none vv>v
0xfd7c i16x8.extadd_pairwise_i8x16_s none v>v
0xfd7d i16x8.extadd_pairwise_i8x16_u none v>v
0xfd7e i32x4.extadd_pairwise_i16x8_s none v>v
0xfd7f i32x4.extadd_pairwise_i16x8_u none v>v
0xfd80 i16x8.abs none v>v
0xfd81 i16x8.neg none v>v
0xfd82 i16x8.q15mulr_sat_s none vv>v
0xfd83 i16x8.all_true none v>i
0xfd84 i16x8.bitmask none v>i
0xfd85 i16x8.narrow_i32x4_s none vv>v
0xfd86 i16x8.narrow_i32x4_u none vv>v
0xfd87 i16x8.extend_low_i8x16_s none v>v
0xfd88 i16x8.extend_high_i8x16_s none v>v
0xfd89 i16x8.extend_low_i8x16_u none v>v
0xfd8a i16x8.extend_high_i8x16_u none v>v
0xfd8b i16x8.shl none vi>v
0xfd8c i16x8.shr_s none vi>v
0xfd8d i16x8.shr_u none vi>v
0xfd8e i16x8.add none vv>v
0xfd8f i16x8.add_sat_s none vv>v
0xfd90 i16x8.add_sat_u none vv>v
0xfd91 i16x8.sub none vv>v
0xfd92 i16x8.sub_sat_s none vv>v
0xfd93 i16x8.sub_sat_u none vv>v
0xfd94 f64x2.nearest none v>v
0xfd95 i16x8.mul none vv>v
0xfd96 i16x8.min_s none vv>v
0xfd97 i16x8.min_u none vv>v
0xfd98 i16x8.max_s none vv>v
0xfd99 i16x8.max_u none vv>v
0xfd9b i16x8.avgr_u none vv>v
0xfd9c i16x8.extmul_low_i8x16_s none vv>v
0xfd9d i16x8.extmul_high_i8x16_s none vv>v
0xfd9e i16x8.extmul_low_i8x16_u none vv>v
0xfd9f i16x8.extmul_high_i8x16_u none vv>v
0xfda0 i32x4.abs none v>v
0xfda1 i32x4.neg none v>v
0xfda3 i32x4.all_true none v>i
0xfda4 i32x4.bitmask none v>i
0xfda7 i32x4.extend_low_i16x8_s none v>v
0xfda8 i32x4.extend_high_i16x8_s none v>v
0xfda9 i32x4.extend_low_i16x8_u none v>v
0xfdaa i32x4.extend_high_i16x8_u none v>v
0xfdab i32x4.shl none vi>v
0xfdac i32x4.shr_s none vi>v
0xfdad i32x4.shr_u none vi>v
0xfdae i32x4.add none vv>v
0xfdb1 i32x4.sub none vv>v
0xfdb5 i32x4.mul none vv>v
0xfdb6 i32x4.min_s none vv>v
0xfdb7 i32x4.min_u none vv>v
0xfdb8 i32x4.max_s none vv>v
0xfdb9 i32x4.max_u none vv>v
0xfdba i32x4.dot_i16x8_s none vv>v
0xfdbc i32x4.extmul_low_i16x8_s none vv>v
0xfdbd i32x4.extmul_high_i16x8_s none vv>v
0xfdbe i32x4.extmul_low_i16x8_u none vv>v
0xfdbf i32x4.extmul_high_i16x8_u none vv>v
0xfdc0 i64x2.abs none v>v
0xfdc1 i64x2.neg none v>v
0xfdc3 i64x2.all_true none v>i
0xfdc4 i64x2.bitmask none v>i
0xfdc7 i64x2.extend_low_i32x4_s none v>v
0xfdc8 i64x2.extend_high_i32x4_s none v>v
0xfdc9 i64x2.extend_low_i32x4_u none v>v
0xfdca i64x2.extend_high_i32x4_u none v>v
0xfdcb i64x2.shl none vi>v
0xfdcc i64x2.shr_s none vi>v
0xfdcd i64x2.shr_u none vi>v
0xfdce i64x2.add none vv>v
0xfdd1 i64x2.sub none vv>v
0xfdd5 i64x2.mul none vv>v
0xfdd6 i64x2.eq none vv>v
0xfdd7 i64x2.ne none vv>v
0xfdd8 i64x2.lt_s none vv>v
0xfdd9 i64x2.gt_s none vv>v
0xfdda i64x2.le_s none vv>v
0xfddb i64x2.ge_s none vv>v
0xfddc i64x2.extmul_low_i32x4_s none vv>v
0xfddd i64x2.extmul_high_i32x4_s none vv>v
0xfdde i64x2.extmul_low_i32x4_u none vv>v
0xfddf i64x2.extmul_high_i32x4_u none vv>v
0xfde0 f32x4.abs none v>v
0xfde1 f32x4.neg none v>v
0xfde3 f32x4.sqrt none v>v
0xfde4 f32x4.add none vv>v
0xfde5 f32x4.sub none vv>v
0xfde6 f32x4.mul none vv>v
0xfde7 f32x4.div none vv>v
0xfde8 f32x4.min none vv>v
0xfde9 f32x4.max none vv>v
0xfdea f32x4.pmin none vv>v
0xfdeb f32x4.pmax none vv>v
0xfdec f64x2.abs none v>v
0xfded f64x2.neg none v>v
0xfdef f64x2.sqrt none v>v
0xfdf0 f64x2.add none vv>v
0xfdf1 f64x2.sub none vv>v
0xfdf2 f64x2.mul none vv>v
0xfdf3 f64x2.div none vv>v
0xfdf4 f64x2.min none vv>v
0xfdf5 f64x2.max none vv>v
0xfdf6 f64x2.pmin none vv>v
0xfdf7 f64x2.pmax none vv>v
0xfdf8 i32x4.trunc_sat_f32x4_s none v>v
0xfdf9 i32x4.trunc_sat_f32x4_u none v>v
0xfdfa f32x4.convert_i32x4_s none v>v
0xfdfb f32x4.convert_i32x4_u none v>v
0xfdfc i32x4.trunc_sat_f64x2_s_zero none v>v
0xfdfd i32x4.trunc_sat_f64x2_u_zero none v>v
0xfdfe f64x2.convert_low_i32x4_s none v>v
0xfdff f64x2.convert_low_i32x4_u none v>v
`;

/** All operators, by opcode. */
export const operators: readonly Operator[] = rows
  .trim()
  .split("\n")
  .map((row) => {
    const [code = "", name = "", immediate = "none", types = ">"] = row.split(" ");
    const [takes = "", leaves = ""] = types.split(">");
    return { code: Number(code), name, immediate: immediate as ImmediateKind, takes, leaves };
  });

const byCode = new Map(operators.map((it) => [it.code, it]));
const byName = new Map(operators.map((it) => [it.name, it]));

/** The operator of an opcode, undefined for one that canisters may not use. */
export function operatorOf(code: number): Operator | undefined {
  return byCode.get(code);
}

/** The operator of a name in the text format. */
export function operatorNamed(name: string): Operator | undefined {
  return byName.get(name);
}

/** Dense number of an opcode, for tables: single bytes first, then 32 bulk ones, then 256 vector ones; -1 for no such opcode. */
export function operatorSlot(code: number): number {
  if (code < 0x100) return code;
  const prefix = code >> 8;
  const number = code & 0xff;
  if (prefix === bulkPrefix) return number < 32 ? 0x100 + number : -1;
  return prefix === vectorPrefix ? 0x120 + number : -1;
}

/** One more than the highest dense number. */
export const operatorSlots = 0x220;
