//- by its name, by its comment
thread_local! { static ADMIN: Cell<Principal> = Cell::new(Principal::anonymous()); static LIMIT: Cell<u64> = Cell::new(3); }
#[update]
fn set_admin(admin: Principal) { ADMIN.set(admin); }
 //^^^^^^^^^ information: is named as one for admins
/// Sets the limit. Only controllers may call this.
#[update]
fn limit(n: u64) { LIMIT.set(n); }
 //^^^^^ information: is documented as one for admins

//- good
thread_local! { static ADMIN: Cell<Principal> = Cell::new(Principal::anonymous()); }
fn only_admin() -> Result<(), String> { if msg_caller() == ADMIN.get() { Ok(()) } else { Err("no".into()) } }
/// Admin only.
#[update(guard = "only_admin")]
fn set_admin(admin: Principal) { ADMIN.set(admin); }

//- trap: nothing is changed, other names
thread_local! { static ADMIN: Cell<Principal> = Cell::new(Principal::anonymous()); static LIMIT: Cell<u64> = Cell::new(3); }
#[update]
fn validate_set_admin(admin: Principal) -> Result<String, String> { Ok(admin.to_text()) }
#[update]
fn get_admin() -> Principal { ADMIN.get() }
/// The administration may change this later.
#[update]
fn limit(n: u64) { LIMIT.set(n); }
