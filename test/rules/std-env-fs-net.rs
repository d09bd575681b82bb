//- bad: an environment variable
#[update]
fn key() -> String { std::env::var("KEY").unwrap() }
                   //^^^^^^^^^^^^^ error: finds nothing in a canister

//- bad: a file
use std::fs;
#[query]
fn page() -> String { fs::read_to_string("index.html").unwrap_or_default() }
                    //^^^^^^^^^^^^^^^^^^ error: fails in a canister, which has no files

//- bad: sockets and processes
#[update]
fn ping() -> bool { std::net::TcpStream::connect("1.1.1.1:80").is_ok() }
                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Use an HTTPS outcall
#[update]
fn stop() { std::process::exit(1) }
          //^^^^^^^^^^^^^^^^^^ error: traps in a canister, with no reason
#[init]
fn init() { for (k, v) in std::env::vars() { keep(k, v) } }
                        //^^^^^^^^^^^^^^ error: panics in a canister, which has no environment
fn keep(_: String, _: String) {}

//- good
#[query]
fn key() -> &'static str { env!("CARGO_PKG_NAME") }
#[query]
fn page() -> &'static str { include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")) }
#[query]
fn setting() -> String { ic_cdk::api::env_var_value("KEY") }

//- trap: tests, code for hosts, code that no method leads to
#[cfg(test)]
mod tests {
    #[test]
    fn wasm_is_small() { assert!(std::fs::read(std::env::var("WASM").unwrap()).unwrap().len() < 2_000_000); }
}
#[cfg(not(target_arch = "wasm32"))]
fn candid_file() -> String { std::fs::read_to_string("a.did").unwrap() }
fn export() { std::fs::write("a.did", "service : {}").unwrap(); }
fn main() { export() }
#[query]
fn get() -> u64 { 1 }

//- trap: files of its own
mod fs { pub fn read(_: &str) -> Vec<u8> { vec![] } }
#[query]
fn page() -> Vec<u8> { fs::read("index.html") }

//- trap: a file system of its own
#[init]
fn init() { ic_wasi_polyfill::init(&[], &[]); }
#[query]
fn page() -> String { std::fs::read_to_string("index.html").unwrap_or_default() }

//- an engine for other programs as well, far behind a condition
struct Flags { memory: bool }
fn open() -> Vec<u8> { open_with("db", Flags { memory: true }) }
fn open_with(path: &str, flags: Flags) -> Vec<u8> { if flags.memory { Vec::new() } else { load(path) } }
fn load(path: &str) -> Vec<u8> { std::fs::read(path).unwrap() }
                               //^^^^^^^^^^^^^ information: fails in a canister
#[init]
fn init() { open(); }

//- far away, but on every way
fn open() -> Vec<u8> { open_with("db") }
fn open_with(path: &str) -> Vec<u8> { load(path) }
fn load(path: &str) -> Vec<u8> { std::fs::read(path).unwrap() }
                               //^^^^^^^^^^^^^ error: fails in a canister
#[init]
fn init() { open(); }
