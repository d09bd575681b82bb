//- a list of one value, decoded as one value
#[update]
async fn get() -> Result<String, String> {
    let (name,) = Call::bounded_wait(oracle(), "name").await.map_err(|e| e.to_string())?.candid::<(String,)>().map_err(|e| e.to_string())?;
                                                                                       //^^^^^^ error: `candid` decodes the reply as one value
    Ok(name)
}

//- through a variable, the type told by the annotation
#[update]
async fn get() -> u64 {
    let response = Call::bounded_wait(oracle(), "get").await.unwrap();
    let (a, b): (u64, u64) = response.candid().unwrap();
                                    //^^^^^^ error: as a record with the fields of `(u64, u64)`
    a + b
}

//- two arguments, sent as one
#[update]
async fn put() {
    Call::bounded_wait(oracle(), "put").with_arg((1u64, 2u64)).await.ok();
                                      //^^^^^^^^^^^^^^^^^^^^^^ error: `with_arg` sends the tuple as one argument
}

//- good
#[update]
async fn get() -> u64 {
    let response = Call::bounded_wait(oracle(), "get").with_args(&(1u64, 2u64)).await.unwrap();
    let (a,): (u64,) = response.candid_tuple().unwrap();
    let b = Call::bounded_wait(oracle(), "get").with_arg(3u64).await.unwrap().candid::<u64>().unwrap();
    a + b
}

//- trap: an empty reply, one value in parentheses
#[update]
async fn put() {
    Call::bounded_wait(oracle(), "put").with_arg((1u64)).await.unwrap().candid::<()>().unwrap();
    Call::bounded_wait(oracle(), "put").with_arg(()).await.unwrap().candid::<Vec<(u64, u64)>>().unwrap();
}

//- trap: a method that really returns a tuple says so
#[update]
async fn get() -> u64 {
    // canister-workbench: allow(call-decode-tuple) because `pair` returns record { nat64; nat64 }
    let (a, b): (u64, u64) = Call::bounded_wait(oracle(), "pair").await.unwrap().candid().unwrap();
    a + b
}

//- trap: `candid` of other things
#[derive(CandidType, Deserialize)]
struct Other;
impl Other { fn candid<T>(&self) -> T { unimplemented!() } }
#[update]
fn get(value: Other) -> u64 { value.candid::<(u64,)>().0 }
