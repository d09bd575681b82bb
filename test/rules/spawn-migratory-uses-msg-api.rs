//- the caller, the cycles, a trap
fn next() -> Option<u64> { None }
#[update]
fn start() {
    ic_cdk::futures::spawn_migratory(async {
        log(msg_caller());
          //^^^^^^^^^^^^ error: is that of whatever message wakes this task
        log(ic_cdk::api::msg_cycles_available());
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Read it before `spawn_migratory`
        log(next().unwrap());
          //^^^^^^^^^^^^^^^ warning: must never trap
    });
}

//- good
#[update]
fn start() {
    let caller = msg_caller();
    ic_cdk::futures::spawn_migratory(async move { log(caller); });
}

//- trap: a task that stays with its method
fn next() -> Option<u64> { None }
#[update]
fn start() { ic_cdk::futures::spawn(async { log(msg_caller()); log(next().unwrap()); }); }

//- trap: a constant
#[update]
fn start() { ic_cdk::futures::spawn_migratory(async { log(Principal::from_text("aaaaa-aa").unwrap()); }); }
