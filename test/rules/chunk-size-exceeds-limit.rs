//- for messages of the canister's own
  const CHUNK_SIZE: usize = 2 * 1024 * 1024;
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: this chunk has 2097152 bytes
fn chunk() -> usize { CHUNK_SIZE }

//- for upload_chunk (ic-cdk 0.17)
  const WASM_CHUNK_BYTES: usize = 1_900_000;
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: takes at most 1048576
async fn install() { upload_chunk(1).await; install_chunked_code(2).await; }

//- good
const CHUNK_SIZE: usize = 1_900_000;
const CHUNKS: usize = 5_000_000;

//- trap: of stable memory
const STABLE_CHUNK_SIZE: usize = 8 * 1024 * 1024;

//- trap: just as many as are taken, and a size that nobody knows
const CHUNK_SIZE: usize = 1_048_576;
const OTHER_CHUNK_BYTES: usize = OTHER * 1024;
const OTHER: usize = 4;
async fn install() { upload_chunk(CHUNK_SIZE).await; install_chunked_code(OTHER_CHUNK_BYTES).await; }
async fn upload_chunk(_: usize) {}
async fn install_chunked_code(_: usize) {}
