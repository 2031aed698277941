/*
 * What blst takes for the operations that its binding for node offers, in a line each: name and microseconds. Before them a
 * public key and a signature of it, for `bench_nonzk` to verify.
 *
 *     node blst_peer.cjs FOLDER-OF-NODE_MODULES
 */
"use strict";
const { createRequire } = require("module");

const { SecretKey, PublicKey, Signature, verify } = createRequire(`${process.argv[2]}/`)("@chainsafe/blst");

/* Processor time, and the best of five rounds, as bench.h has it. */
function measure(name, run) {
    let calls = 1;
    let best = Infinity;
    for (let round = 0; round < 5;) {
        const start = process.cpuUsage();
        for (let i = 0; i < calls; i++)
            run();
        const { user, system } = process.cpuUsage(start);
        if (user + system < 50000) {
            calls *= 2;
            continue;
        }
        best = Math.min(best, (user + system) / calls);
        round++;
    }
    console.log(`${name} ${best.toFixed(3)}`);
}

const message = Buffer.from("bench");
const secret = SecretKey.fromKeygen(Buffer.alloc(32, 0x5a));
const key = secret.toPublicKey();
const signature = secret.sign(message);
const keyBytes = key.toBytes();
const signatureBytes = signature.toBytes();

console.log(`key ${Buffer.from(keyBytes).toString("hex")}`);
console.log(`signature ${Buffer.from(signatureBytes).toString("hex")}`);
measure("g1_mul", () => secret.toPublicKey());
measure("g1_decode", () => PublicKey.fromBytes(keyBytes, true));
measure("g2_decode", () => Signature.fromBytes(signatureBytes, true));
measure("bls_sign", () => secret.sign(message));
measure("bls_verify", () => verify(message, key, signature));
