/** The manifest of a canister's crate. */
export const cargo: string =
  '[package]\nname = "counter"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n[profile.release]\nlto = true\n';
