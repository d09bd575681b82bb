//- anything
#[update]
fn run(bytes: Vec<u8>) -> Result<(), String> {
    let args = IDLArgs::from_bytes(&bytes).map_err(|e| e.to_string())?;
             //^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `bytes` comes from whoever calls `run`
    let nulls = candid::decode_one::<Vec<()>>(&bytes).map_err(|e| e.to_string())?;
              //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: decoded without a quota
    execute(args, nulls)
}

//- good
#[update]
fn run(bytes: Vec<u8>) -> Result<(), String> {
    let args: Vec<u64> = decode_one_with_config(&bytes, &config()).map_err(|e| e.to_string())?;
    execute(args)
}

//- trap: plain types, own bytes, a guard
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update]
fn run(bytes: Vec<u8>) -> Result<(), String> {
    let n = candid::decode_one::<u64>(&bytes).map_err(|e| e.to_string())?;
    let own = IDLArgs::from_bytes(&stored()).map_err(|e| e.to_string())?;
    execute(n, own)
}
#[update(guard = "only_controllers")]
fn run_all(bytes: Vec<u8>) { execute(IDLArgs::from_bytes(&bytes)); }
