//- a borrow in a variable
async fn add(s: std::rc::Rc<RefCell<Totals>>) {
    let mut totals = s.borrow_mut();
                   //^^^^^^^^^^^^^^ error: `s` stays borrowed in `totals` while the call is awaited
    totals.sum += Call::bounded_wait(oracle(), "get").await.map(|_| 1).unwrap_or(0);
}

//- a temporary in the same statement
async fn ask(n: u64) -> Result<(), String> { Call::bounded_wait(oracle(), "get").with_arg(n).await.map(|_| ()).map_err(|e| e.to_string()) }
async fn get(s: std::rc::Rc<RefCell<Totals>>) {
    ask(s.borrow().sum).await.ok();
      //^^^^^^^^^^ error: `s` stays borrowed until the end of the statement
}

//- what a match or `if let` looks at lives to its end
async fn get(s: std::rc::Rc<RefCell<Totals>>) {
    if let Some(id) = s.borrow().first {
                    //^^^^^^^^^^ error: until the end of the statement
        Call::bounded_wait(oracle(), "get").with_arg(id).await.ok();
    }
}

//- a reference out of the borrow
async fn get(s: std::rc::Rc<RefCell<Totals>>) {
    let sum = &mut s.borrow_mut().sum;
                 //^^^^^^^^^^^^^^ error: in `sum`
    Call::bounded_wait(oracle(), "get").await.ok();
    *sum += 1;
}

//- locks
static TABLE: std::sync::RwLock<Vec<u64>> = std::sync::RwLock::new(Vec::new());
#[update]
async fn get() {
    let table = TABLE.read().unwrap();
              //^^^^^^^^^^^^ warning: `TABLE` stays locked in `table`
    Call::bounded_wait(oracle(), "get").with_arg(table.len()).await.ok();
}

//- good: the borrow ends before
async fn add(s: std::rc::Rc<RefCell<Totals>>) {
    let sum = Call::bounded_wait(oracle(), "get").await.map(|_| 1).unwrap_or(0);
    s.borrow_mut().sum += sum;
}

//- trap: dropped, in an inner block, moved, copied
async fn add(s: std::rc::Rc<RefCell<Totals>>) {
    let dropped = s.borrow_mut();
    drop(dropped);
    { let _inner = s.borrow(); }
    let moved = s.borrow();
    consume(moved);
    let copied = s.borrow().sum;
    let length = s.borrow().list.len();
    Call::bounded_wait(oracle(), "get").with_args(&(copied, length)).await.ok();
}

//- trap: the condition of a plain `if` is over before its body
async fn get(s: std::rc::Rc<RefCell<Totals>>) {
    if s.borrow().sum > 0 {
        Call::bounded_wait(oracle(), "get").await.ok();
    }
}

//- trap: the awaited function never suspends
async fn local() {}
async fn get(s: std::rc::Rc<RefCell<Totals>>) {
    let _totals = s.borrow();
    local().await;
}

//- trap: closures of `with` are over before the await; an asynchronous lock is made for it
thread_local! { static TOTALS: RefCell<Totals> = RefCell::default(); }
#[update]
async fn get(m: AsyncMutex) {
    let sum = TOTALS.with(|t| { let t = t.borrow(); t.sum });
    let _held = m.lock().await;
    Call::bounded_wait(oracle(), "get").with_arg(sum).await.ok();
}

//- trap: `read` and `write` of other things
#[update]
async fn get(mut file: Reader) {
    let bytes = file.read();
    file.write(&bytes).unwrap();
    Call::bounded_wait(oracle(), "get").await.ok();
}
