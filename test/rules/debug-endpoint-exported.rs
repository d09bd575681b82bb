//- by its name
thread_local! { static NOTES: RefCell<Vec<String>> = RefCell::new(vec![]); }
#[update]
fn reset_all() { NOTES.with_borrow_mut(|n| n.clear()); }
 //^^^^^^^^^ information: `reset_all` is named like an endpoint for tests
#[query]
fn debug_dump() -> Vec<String> { NOTES.with_borrow(|n| n.clone()) }
 //^^^^^^^^^^ information: Compile it only for tests, or guard it

//- good
thread_local! { static NOTES: RefCell<Vec<String>> = RefCell::new(vec![]); }
#[cfg(feature = "dev")]
#[update]
fn reset_all() { NOTES.with_borrow_mut(|n| n.clear()); }

//- trap: guarded, the export of the interface, other names
thread_local! { static NOTES: RefCell<Vec<String>> = RefCell::new(vec![]); }
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
fn reset() { NOTES.with_borrow_mut(|n| n.clear()); }
#[query]
fn __get_candid_interface_tmp_hack() -> String { String::new() }
#[update]
fn clear_my_notes() { NOTES.with_borrow_mut(|n| n.clear()); }
#[query]
fn testimonials() -> Vec<String> { vec![] }

//- what clears or resets a part
thread_local! { static MODEL: RefCell<Vec<u8>> = RefCell::new(vec![]); }
#[update]
fn clear_model_bytes() { MODEL.with_borrow_mut(|it| it.clear()); }
 //^^^^^^^^^^^^^^^^^ information: `clear_model_bytes` is named like
