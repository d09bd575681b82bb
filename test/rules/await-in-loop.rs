//- one call after the other
#[update]
async fn notify(all: Vec<Principal>) {
    for it in all {
        Call::bounded_wait(it, "notify").await.ok();
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Each pass of `for it in all` waits
    }
}

//- through a function, the old API (ic-cdk 0.17)
async fn send(to: Principal) -> Result<(), String> { ic_cdk::call(to, "notify", ()).await.map_err(|(_, m)| m) }
#[update]
async fn notify(all: Vec<Principal>) -> Result<(), String> {
    for (index, it) in all.iter().enumerate() {
        log(index);
        send(*it).await?;
      //^^^^^^^^^^^^^^^ information: start them together
    }
    Ok(())
}

//- good: together
#[update]
async fn notify(all: Vec<Principal>) {
    futures::future::join_all(all.iter().map(|it| Call::bounded_wait(*it, "notify").into_future())).await;
}

//- trap: chunks of joined calls
#[update]
async fn notify(all: Vec<Principal>) {
    for chunk in all.chunks(500) {
        futures::future::join_all(chunk.iter().map(|it| Call::bounded_wait(*it, "notify").into_future())).await;
    }
}

//- trap: paging, and sequences that one answer ends
#[update]
async fn read_all() {
    let mut page = Some(0);
    while let Some(start) = page {
        page = parse(Call::bounded_wait(archive(), "page").with_arg(start).await);
    }
    loop {
        if Call::bounded_wait(archive(), "done").await.is_ok() { break; }
    }
    for it in archives() {
        if Call::bounded_wait(it, "has").await.is_ok() { return; }
    }
}

//- trap: each call needs the answer of the one before
async fn follow(hash: u64, step: u64) -> u64 { parse(Call::bounded_wait(archive(), "next").with_args(&(hash, step)).await) }
#[update]
async fn fold(all: Vec<u64>) -> u64 {
    let mut hash = 0;
    for step in all {
        hash = follow(hash, step).await;
    }
    hash
}

//- trap: few
#[update]
async fn ask() {
    for _ in 0..3 { Call::bounded_wait(archive(), "ping").await.ok(); }
    for it in [archive(), registry()] { Call::bounded_wait(it, "ping").await.ok(); }
}

//- trap: nothing is waited for
async fn local(_n: u64) {}
#[update]
async fn ask(all: Vec<u64>) { for it in all { local(it).await; } }

//- one pass is left early, not the loop; trap of it: the loop is
fn is_cached(it: &Principal) -> bool { it.as_slice().is_empty() }
#[update]
async fn refresh(all: Vec<Principal>) {
    for it in all {
        if is_cached(&it) { continue; }
        if Call::bounded_wait(it, "refresh").await.is_err() { ic_cdk::println!("no answer"); }
         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Each pass of `for it in all` waits
    }
}
#[update]
async fn refresh_first(all: Vec<Principal>) {
    for it in all {
        if is_cached(&it) { break; }
        if Call::bounded_wait(it, "refresh").await.is_err() { ic_cdk::println!("no answer"); }
    }
}

//- all of them are wanted, and one that fails ends it
#[update]
async fn invite(all: Vec<Principal>) -> Result<(), String> {
    for it in all {
        match Call::bounded_wait(it, "invite").await {
            //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Each pass of `for it in all` waits
            Ok(_) => {}
            Err(e) => return Err(e.to_string()),
        }
    }
    Ok(())
}
