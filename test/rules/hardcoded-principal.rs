//- a callee, an authorised user, a constant
const ADMIN: &str = "m6wjp-mi46v-ekfrp-lu3wo-ero7s-e2y57-yu4kv-235o5-bnmti-qjpgk-aqe";
                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: is written into the code
fn ledger() -> Principal {
    Principal::from_text("bkyz2-fmaaa-aaaaa-qaaaq-cai").unwrap()
                       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: Take it from the init argument
}

//- good
thread_local! { static LEDGER: Cell<Principal> = Cell::new(Principal::anonymous()); }
#[init]
fn init(ledger: Principal) { LEDGER.set(ledger); }

//- trap: the same for everybody
const LEDGER: &str = "ryjl3-tyaaa-aaaaa-aaaba-cai";
fn known() -> Vec<Principal> {
    vec![
        Principal::from_text("aaaaa-aa").unwrap(),
        Principal::from_text("um5iw-rqaaa-aaaaq-qaaba-cai").unwrap(),
        Principal::from_text("mxzaz-hqaaa-aaaar-qaada-cai").unwrap(),
        Principal::from_text("2vxsx-fae").unwrap(),
    ]
}

//- trap: tests
#[cfg(test)]
mod tests {
    #[test]
    fn works() { check(Principal::from_text("bkyz2-fmaaa-aaaaa-qaaaq-cai").unwrap()); }
}
