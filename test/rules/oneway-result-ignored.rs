//- dropped in three ways
#[update]
fn ping() {
    let _ = Call::unbounded_wait(registry(), "ping").oneway();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The message to `ping` may not be sent at all
    Call::bounded_wait(registry(), "ping").oneway().ok();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: when the queue is full
    Call::bounded_wait(registry(), name()).oneway();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The message may not be sent
}

//- the old API (ic-cdk 0.17)
#[update]
fn ping() {
    let _ = ic_cdk::notify(registry(), "ping", ());
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Return or log the error
}

//- good
#[update]
fn ping() -> Result<(), String> {
    Call::unbounded_wait(registry(), "ping")
        .oneway()
        .map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: a decision, or the value of the function
#[update]
fn ping() { Call::unbounded_wait(registry(), "ping").oneway().expect("the queue has room"); }
fn send() -> Result<(), Error> { Call::unbounded_wait(registry(), "ping").oneway() }
#[update]
fn pong() { if Call::unbounded_wait(registry(), "pong").oneway().is_err() { log("full"); } }

//- trap: handed on some lines below
#[update]
fn tell() -> Result<(), String> {
    Call::unbounded_wait(registry(), "ping")
        .oneway()
        .map_err(|e| e.to_string())?;
    Ok(())
}
