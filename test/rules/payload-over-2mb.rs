//- a list of fixed length, a constant
const SIZE: usize = 3 * 1024 * 1024;
static ZEROS: [u8; SIZE] = [0; SIZE];
#[update]
async fn fill(to: Principal) { Call::bounded_wait(to, "put").with_arg(vec![0u8; 4_000_000]).await.ok(); }
                             //^^^^^^^^^^^^^^^^^^ warning: `put` is sent `[0u8; 4_000_000]`, which is 3.8 MiB
#[update]
async fn zero(to: Principal) { let bytes = ZEROS.to_vec(); Call::bounded_wait(to, "put").with_arg(&bytes).await.ok(); }
                                                         //^^^^^^^^^^^^^^^^^^ warning: `put` is sent `ZEROS`, which is 3.0 MiB

//- what was uploaded in parts is sent in one (ic-cdk 0.17)
thread_local! { static FILE: RefCell<Vec<u8>> = RefCell::new(Vec::new()); }
#[update]
fn add(chunk: Vec<u8>) { FILE.with(|f| f.borrow_mut().extend_from_slice(&chunk)); }
#[update]
async fn send(to: Principal) {
    let bytes = FILE.with(|f| f.borrow().clone());
    let _: Result<(), _> = ic_cdk::call(to, "put", (bytes,)).await;
                         //^^^^^^^^^^^^ warning: `put` is sent all of `FILE`, which may be more than a message takes
}

//- all of stable memory, by a function (ic-cdk 0.17)
fn backup() -> Vec<u8> { ic_cdk::api::stable::stable_bytes() }
#[update]
async fn send(to: Principal) { let _: Result<(), _> = ic_cdk::call(to, "put", (backup(),)).await; }
                                                    //^^^^^^^^^^^^ warning: `put` is sent all of stable memory

//- a module for the management canister, which is on the same subnet (ic-cdk 0.17)
use ic_cdk::api::management_canister::main::{install_code, InstallCodeArgument};
const MODULE: [u8; 3_000_000] = [0; 3_000_000];
#[update]
async fn install(arg: InstallCodeArgument) {
    let arg = InstallCodeArgument { wasm_module: MODULE.to_vec(), ..arg };
    install_code(arg).await.ok();
  //^^^^^^^^^^^^ information: Use `upload_chunk` and `install_chunked_code`.
}

//- good: parts
thread_local! { static FILE: RefCell<Vec<u8>> = RefCell::new(Vec::new()); }
#[update]
fn add(chunk: Vec<u8>) { FILE.with(|f| f.borrow_mut().extend_from_slice(&chunk)); }
#[update]
async fn send(to: Principal, start: usize) {
    let bytes = FILE.with(|f| f.borrow()[start..start + 1_000_000].to_vec());
    Call::bounded_wait(to, "put").with_arg(bytes).await.ok();
}

//- trap: small lists, lengths, bytes that one message brought, and lists that stay
const SIZE: usize = 32;
const TABLE: [u8; 3_000_000] = [0; 3_000_000];
thread_local! { static ICON: RefCell<Vec<u8>> = RefCell::new(Vec::new()); }
#[update]
fn set_icon(icon: Vec<u8>) { ICON.with(|i| *i.borrow_mut() = icon); }
#[update]
async fn send(to: Principal) {
    Call::bounded_wait(to, "put").with_arg(vec![0u8; SIZE]).await.ok();
    Call::bounded_wait(to, "size").with_arg(TABLE.len() as u64).await.ok();
    Call::bounded_wait(to, "icon").with_arg(ICON.with(|i| i.borrow().clone())).await.ok();
    let zeros = vec![0u8; 4_000_000];
    Call::bounded_wait(to, "length").with_arg(zeros.len() as u64).await.ok();
}
