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
