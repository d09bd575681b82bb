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
