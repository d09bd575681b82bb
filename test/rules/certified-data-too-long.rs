//- texts and arrays
use ic_cdk::api::certified_data_set;
#[init]
fn init() {
    certified_data_set(b"this text is longer than thirty-two bytes!");
                     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: these are 42
    let data = [0u8; 64];
    certified_data_set(&data);
                     //^^^^^ error: Certify a hash
}

//- good
fn sha256(_: &[u8]) -> [u8; 32] { [0; 32] }
use ic_cdk::api::certified_data_set;
#[init]
fn init() {
    certified_data_set(b"exactly thirty-two bytes of text");
    let data = [0u8; 32];
    certified_data_set(&data);
    certified_data_set(&sha256(b"this text is longer than thirty-two bytes!"));
}

//- constants, slices, vectors and hashes that are longer (ic-cdk 0.17)
const LABEL: [u8; 40] = [0; 40];
const SHORT: [u8; 32] = [0; 32];
struct Sha512;
impl Sha512 { fn digest(_: &[u8]) -> Vec<u8> { vec![0; 64] } }
mod labels { pub const TEXT: &[u8] = b"a label that is longer than thirty-two bytes"; }
#[init]
fn init() {
    ic_cdk::api::set_certified_data(&LABEL);
                                  //^^^^^^ error: these are 40
    ic_cdk::api::set_certified_data(labels::TEXT);
                                  //^^^^^^^^^^^^ error: these are 44
    ic_cdk::api::set_certified_data(&vec![0u8; 33].to_vec()[..]);
                                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: these are 33
    let hash = Sha512::digest(b"text");
    ic_cdk::api::set_certified_data(&hash);
                                  //^^^^^ error: these are 64
    ic_cdk::api::set_certified_data(&SHORT);
    ic_cdk::api::set_certified_data(&vec![0u8; 32]);
    let mut cut = vec![0u8; 64];
    cut.truncate(32);
    ic_cdk::api::set_certified_data(&cut);
}
