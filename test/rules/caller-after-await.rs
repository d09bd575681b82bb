//- behind an await
#[update]
async fn get() -> Result<Principal, String> {
    Call::bounded_wait(oracle(), "get").await.map_err(|e| e.to_string())?;
    Ok(msg_caller())
     //^^^^^^^^^^^^ hint: The caller is read after an `await`
}

//- the old spellings (ic-cdk 0.17)
use ic_cdk::api::{self, caller};
#[update]
async fn get() -> bool {
    let _a: Result<(), _> = ic_cdk::call(oracle(), "get", ()).await;
    let first = ic_cdk::caller();
              //^^^^^^^^^^^^^^^^ hint: before the first `await`
    let second = api::caller();
               //^^^^^^^^^^^^^ hint: before the first `await`
    ic_cdk::api::is_controller(&caller()) && first == second
                              //^^^^^^^^ hint: before the first `await`
}

//- in a task, which another message may wake
#[update]
async fn start() {
    ic_cdk::futures::spawn(async {
        Call::bounded_wait(oracle(), "get").await.ok();
        remember(msg_caller());
               //^^^^^^^^^^^^ warning: This task may go on in a message of somebody else
    });
}

//- good: read before
#[update]
async fn get() -> Result<Principal, String> {
    let caller = msg_caller();
    Call::bounded_wait(oracle(), "get").await.map_err(|e| e.to_string())?;
    Ok(caller)
}

//- trap: functions and methods of the crate with that name
struct Context { who: Principal }
impl Context { fn caller(&self) -> Principal { self.who } }
fn caller() -> u64 { 3 }
#[update]
async fn get(context: Context) {
    Call::bounded_wait(oracle(), "get").await.ok();
    // msg_caller()
    log(context.caller(), caller());
}

//- trap: awaits that never suspend
async fn local() -> u64 { 3 }
async fn nested() -> u64 { local().await }
#[update]
async fn get() -> Principal {
    nested().await;
    msg_caller()
}

//- trap: the await is on the other way
#[update]
async fn get(ask: bool) -> Principal {
    if ask {
        Call::bounded_wait(oracle(), "get").await.ok();
        return Principal::anonymous();
    }
    msg_caller()
}
