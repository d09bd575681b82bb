//- directly
#[query]
async fn price() -> Result<u64, String> {
       //^^^^^ error: The query `price` reaches the call of `price`
    let reply = Call::bounded_wait(oracle(), "price").await.map_err(|e| e.to_string())?;
    reply.candid().map_err(|e| e.to_string())
}

//- through functions, the old API (ic-cdk 0.17)
#[query(name = "getPrice")]
async fn price() -> u64 {
       //^^^^^ error: The query `getPrice` reaches the call of `price`
    fetch().await
}
async fn fetch() -> u64 { fetch_from(oracle()).await }
async fn fetch_from(oracle: Principal) -> u64 {
    let reply: Result<(u64,), _> = ic_cdk::call(oracle, "price", ()).await;
    reply.unwrap().0
}

//- in a task that the query starts
#[query]
fn price() -> u64 {
 //^^^^^ error: a query that is not composite traps there
    ic_cdk::futures::spawn(async { Call::bounded_wait(oracle(), "count").await.ok(); });
    3
}

//- good: composite, or an update
#[query(composite = true)]
async fn price() -> u64 { fetch().await }
#[update]
async fn refresh() -> u64 { fetch().await }
async fn fetch() -> u64 { Call::bounded_wait(oracle(), "price").await.is_ok() as u64 }

//- trap: async without a call
#[query]
async fn price() -> u64 { local().await }
async fn local() -> u64 { 3 }

//- trap: awaits of other crates, which may call nobody
#[query]
async fn price() -> u64 { futures::future::ready(3).await }

//- trap: built for later
#[query]
fn price() -> usize {
    let call = Call::bounded_wait(oracle(), "price");
    size_of(&call)
}
