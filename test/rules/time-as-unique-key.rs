//- a map by time
thread_local! { static ORDERS: RefCell<BTreeMap<u64, Order>> = RefCell::new(BTreeMap::new()); }
#[update]
fn order(order: Order) {
    ORDERS.with_borrow_mut(|orders| orders.insert(ic_cdk::api::time(), order));
                                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the second replaces the first
}

//- good
thread_local! { static NEXT: Cell<u64> = Cell::new(0); static ORDERS: RefCell<BTreeMap<u64, Order>> = RefCell::new(BTreeMap::new()); }
#[update]
fn order(order: Order) {
    let id = NEXT.replace(NEXT.get() + 1);
    ORDERS.with_borrow_mut(|orders| orders.insert(id, order));
}

//- trap: the time as a value
thread_local! { static SEEN: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn seen() { SEEN.with_borrow_mut(|seen| seen.insert(msg_caller(), ic_cdk::api::time())); }

//- an identifier of the time
thread_local! { static ITEMS: RefCell<BTreeMap<String, u64>> = RefCell::default(); }
fn gen_id(prefix: &str) -> String { format!("{}-{}", prefix, ic_cdk::api::time()) }
 //^^^^^^ warning: `gen_id` is made of the time
#[update]
fn connect(stock: String) {
    let connection_id = format!("stock_{}_{}", stock, ic_cdk::api::time());
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `connection_id` is made of the time
    ITEMS.with_borrow_mut(|it| it.insert(connection_id, 1));
}

//- trap: with a counter, with random bytes, and a name that nothing is stored under
thread_local! { static ITEMS: RefCell<BTreeMap<String, u64>> = RefCell::default(); }
fn new_id() -> String { let n = ITEMS.with_borrow(|it| it.len()); format!("{}-{}", n, ic_cdk::api::time()) }
async fn random_bytes() -> Vec<u8> { ic_cdk_management_canister::raw_rand().await.unwrap() }
async fn fresh_id() -> String { let bytes = random_bytes().await; format!("{}-{:?}", ic_cdk::api::time(), bytes) }
#[update]
fn log() { let line_id = format!("{}", ic_cdk::api::time()); ic_cdk::println!("{line_id}"); }

//- handed on, and the id of a record
pub struct Message { id: String, text: String }
fn deliver(message: Message) { consume(message); }
#[update]
fn subscribe(stock: String) {
    let connection_id = format!("stock_{}_{}", stock, ic_cdk::api::time());
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `connection_id` is made of the time
    save(&connection_id, &stock);
}
#[update]
fn send(text: String) {
    let s: String = ic_cdk::api::time().to_string();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `id` is made of the time
    deliver(Message { id: s, text });
}
