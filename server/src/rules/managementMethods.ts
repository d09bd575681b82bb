/** Names of the methods of the management canister. Interface specification, "The IC management canister". */
export const managementMethods: ReadonlySet<string> = new Set(
  (
    "bitcoin_get_balance bitcoin_get_balance_query bitcoin_get_block_headers " +
    "bitcoin_get_current_fee_percentiles bitcoin_get_utxos bitcoin_get_utxos_query bitcoin_send_transaction " +
    "canister_info canister_metadata canister_metrics canister_status clear_chunk_store create_canister " +
    "delete_canister delete_canister_snapshot deposit_cycles ecdsa_public_key fetch_canister_logs http_request " +
    "install_chunked_code install_code list_canister_snapshots list_canisters load_canister_snapshot " +
    "node_metrics_history provisional_create_canister_with_cycles provisional_top_up_canister raw_rand " +
    "read_canister_snapshot_data read_canister_snapshot_metadata schnorr_public_key sign_with_ecdsa " +
    "sign_with_schnorr start_canister stop_canister stored_chunks subnet_info take_canister_snapshot " +
    "uninstall_code update_settings upload_canister_snapshot_data upload_canister_snapshot_metadata " +
    "upload_chunk vetkd_derive_key vetkd_public_key"
  ).split(" "),
);
