/** Why an option of PHP's SSL contexts cannot be had. */
interface RefusedOption {
  readonly reason: string;
  /** The value that asks for what the server does anyway, and so is accepted. */
  readonly harmless: boolean | undefined;
}

const CLIENT_SIDE = "it says how a client checks a server, and here the server is ours";
const UNREAD = "no part of the server would read it";
const NO_DH = "finite-field Diffie-Hellman is not offered, elliptic curves are";

/** The options of PHP's SSL contexts that mean nothing here, or that no runtime has; refused rather than ignored. */
export const REFUSED_OPTIONS: ReadonlyMap<string, RefusedOption> = new Map<string, RefusedOption>([
  ["peer_name", { reason: CLIENT_SIDE, harmless: undefined }],
  ["peer_fingerprint", {
    reason: "one certificate cannot be picked by its fingerprint; put it alone into cafile",
    harmless: undefined,
  }],
  ["CN_match", { reason: CLIENT_SIDE, harmless: undefined }],
  ["SNI_enabled", { reason: "the host name that clients ask for is always heeded", harmless: true }],
  ["SNI_server_name", { reason: CLIENT_SIDE, harmless: undefined }],
  ["capture_peer_cert", { reason: UNREAD, harmless: false }],
  ["capture_peer_cert_chain", { reason: UNREAD, harmless: false }],
  ["capture_session_meta", { reason: UNREAD, harmless: false }],
  ["alpn_protocols", { reason: "WebSockets need HTTP/1.1, and nothing else is spoken", harmless: undefined }],
  ["dh_param", { reason: NO_DH, harmless: undefined }],
  ["single_dh_use", { reason: NO_DH, harmless: true }],
  ["single_ecdh_use", { reason: "keys of a handshake are never used twice anyway", harmless: true }],
  ["ecdh_curve", { reason: "the runtime chooses the curve", harmless: undefined }],
  ["rsa_key_size", { reason: "no temporary RSA keys are made", harmless: undefined }],
  ["honor_cipher_order", { reason: "the runtime decides whose order counts", harmless: undefined }],
  ["no_ticket", { reason: "the runtime decides about session tickets", harmless: false }],
  ["reneg_limit", { reason: "clients cannot renegotiate here", harmless: undefined }],
  ["reneg_window", { reason: "clients cannot renegotiate here", harmless: undefined }],
  ["reneg_limit_callback", { reason: "clients cannot renegotiate here", harmless: undefined }],
  ["min_proto_version", { reason: "say it with crypto_method", harmless: undefined }],
  ["max_proto_version", { reason: "the newest version is always offered", harmless: undefined }],
]);
