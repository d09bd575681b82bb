//- it panics
#[update]
async fn ping() {
    Call::unbounded_wait(oracle(), "ping").change_timeout(10).await.ok();
                                         //^^^^^^^^^^^^^^^^^^ error: `change_timeout` panics on a call with unbounded wait
}

//- longer than the system waits
const HOUR: u32 = 3_600;
#[update]
async fn ping() {
    Call::bounded_wait(oracle(), "ping").change_timeout(301).await.ok();
                                       //^^^^^^^^^^^^^^^^^^^ information: at most 300 seconds
    Call::bounded_wait(oracle(), "ping").change_timeout(HOUR).await.ok();
                                       //^^^^^^^^^^^^^^^^^^^^ information: at most 300 seconds
}

//- good
#[update]
async fn ping(seconds: u32) {
    Call::bounded_wait(oracle(), "ping").change_timeout(300).await.ok();
    Call::bounded_wait(oracle(), "ping").change_timeout(seconds).await.ok();
    Call::unbounded_wait(oracle(), "ping").await.ok();
}
