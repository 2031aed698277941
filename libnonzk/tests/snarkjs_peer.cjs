/*
 * snarkjs' side of test_snarkjs.sh: exchanges keys and proofs of one circuit with libnonzk. Prints a line of TAP for each
 * thing that must hold.
 *
 *     node snarkjs_peer.cjs FOLDER-OF-NODE_MODULES ZKEY_PEER CIRCUIT.r1cs WITNESS.wtns WORK-FOLDER FIRST-TEST
 */
"use strict";
const { createRequire } = require("module");
const { execFileSync } = require("child_process");
const fs = require("fs");

const [modules, peer, r1cs, wtns, work, first] = process.argv.slice(2);
const need = createRequire(`${modules}/`);
const snarkjs = need("snarkjs");
const binfile = need("@iden3/binfileutils");
const { Scalar } = need("ffjavascript");

const POWER = 8; // of the powers of tau: 256 constraints
const SEED = "between libnonzk and snarkjs";
let number = Number(first);
let failed = false;

function report(holds, what) {
    console.log(`${holds ? "ok" : "not ok"} ${number++} - ${what}`);
    failed = failed || !holds;
}

const path = (name) => `${work}/${name}`;
const run = (...args) => execFileSync(peer, args, { encoding: "utf8" });

function runs(...args) {
    try {
        run(...args);
        return true;
    } catch {
        return false;
    }
}

/* A file without the seal that libnonzk adds, and with the number of sections that it has then. */
function unsealed(name) {
    const bytes = fs.readFileSync(path(name));
    if (bytes.subarray(-44, -40).toString("latin1") !== "SEAL")
        return bytes;
    bytes.writeUInt32LE(bytes.readUInt32LE(8) - 1, 8);
    return bytes.subarray(0, -44);
}

async function section(name, type) {
    const { fd, sections } = await binfile.readBinFile(path(name), name.split(".").pop(), 1);
    const bytes = await binfile.readSection(fd, sections, type);
    await fd.close();
    return Buffer.from(bytes);
}

/* Powers of tau whose secrets are those of libnonzk's setup. */
async function writePowers(curve, name, [tau, alpha, beta]) {
    const { Fr, G1, G2 } = curve;
    const powers = [Fr.one];
    while (powers.length < 2 ** (POWER + 1) - 1) powers.push(Fr.mul(powers[powers.length - 1], tau));
    const half = powers.slice(0, 2 ** POWER);
    const points = (G, scalars) => scalars.map((k) => {
        const bytes = new Uint8Array(G.F.n8 * 2);
        G.toRprLEM(bytes, 0, G.toAffine(G.timesFr(G.g, k)));
        return bytes;
    });
    const fd = await binfile.createBinFile(path(name), "ptau", 1, 7);
    const put = async (type, parts) => {
        await binfile.startWriteSection(fd, type);
        for (const part of parts) await fd.write(part);
        await binfile.endWriteSection(fd);
    };
    await binfile.startWriteSection(fd, 1);
    await fd.writeULE32(48);
    await binfile.writeBigInt(fd, curve.q, 48);
    await fd.writeULE32(POWER);
    await fd.writeULE32(POWER);
    await binfile.endWriteSection(fd);
    await put(2, points(G1, powers));
    await put(3, points(G2, half));
    await put(4, points(G1, half.map((k) => Fr.mul(k, alpha))));
    await put(5, points(G1, half.map((k) => Fr.mul(k, beta))));
    await put(6, points(G2, [beta]));
    await put(7, [new Uint8Array(4)]);
    await fd.close();
}

/* Proofs in files of zkey_peer: A, B and C uncompressed, then the inputs, all numbers big-endian. */
const NUMBERS = 8; // of 48 bytes: x, y of A; x.c1, x.c0, y.c1, y.c0 of B; x, y of C

function fromBytes(bytes) {
    const take = (at, len) => BigInt("0x" + bytes.subarray(at, at + len).toString("hex")).toString();
    const n = Array.from({ length: NUMBERS }, (_, i) => take(48 * i, 48));
    const inputs = [];
    for (let at = 48 * NUMBERS; at < bytes.length; at += 32) inputs.push(take(at, 32));
    return [{
        protocol: "groth16", curve: "bls12381",
        pi_a: [n[0], n[1], "1"], pi_b: [[n[3], n[2]], [n[5], n[4]], ["1", "0"]], pi_c: [n[6], n[7], "1"],
    }, inputs];
}

function toBytes({ pi_a: a, pi_b: b, pi_c: c }, inputs) {
    const put = (len) => (value) => Buffer.from(BigInt(value).toString(16).padStart(2 * len, "0"), "hex");
    const numbers = [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]];
    return Buffer.concat([...numbers.map(put(48)), ...inputs.map(put(32))]);
}

async function theirKey() {
    await snarkjs.zKey.contribute(path("0.zkey"), path("theirs.zkey"), "one", "entropy of a test");
    run("rewrite", path("theirs.zkey"), path("again.zkey"));
    report(fs.readFileSync(path("theirs.zkey")).equals(fs.readFileSync(path("again.zkey"))),
        "a key of snarkjs, read and written again, has the same bytes");
    run("prove", path("theirs.zkey"), wtns, path("proof"));
    const [proof, inputs] = fromBytes(fs.readFileSync(path("proof")));
    const key = await snarkjs.zKey.exportVerificationKey(path("theirs.zkey"));
    report(await snarkjs.groth16.verify(key, inputs, proof), "snarkjs accepts a proof of libnonzk with a key of snarkjs");
    inputs[0] = (BigInt(inputs[0]) + 1n).toString();
    report(!(await snarkjs.groth16.verify(key, inputs, proof)), "snarkjs refuses it for another input");
}

async function ourKey() {
    run("setup", r1cs, SEED, path("ours.zkey"));
    const { proof, publicSignals } = await snarkjs.groth16.prove(path("ours.zkey"), wtns);
    const key = await snarkjs.zKey.exportVerificationKey(path("ours.zkey"));
    report(await snarkjs.groth16.verify(key, publicSignals, proof), "snarkjs proves and verifies with a key of libnonzk");
    fs.writeFileSync(path("proof"), toBytes(proof, publicSignals));
    report(runs("verify", path("ours.zkey"), path("proof")), "libnonzk accepts a proof of snarkjs with a key of libnonzk");
    const bytes = fs.readFileSync(path("proof"));
    bytes[bytes.length - 1] ^= 1;
    fs.writeFileSync(path("proof"), bytes);
    report(!runs("verify", path("ours.zkey"), path("proof")), "libnonzk refuses it for another input");
}

/* Both made their keys from the same tau, alpha and beta. */
async function sameKey() {
    for (const [type, what] of [[3, "IC"], [4, "the coefficients"], [5, "A"], [6, "B in G1"], [7, "B in G2"]])
        report((await section("ours.zkey", type)).equals(await section("0.zkey", type)),
            `${what} of libnonzk are those of snarkjs`);
    const [ours, theirs] = [await section("ours.zkey", 10), await section("0.zkey", 10)];
    report(ours.subarray(0, 64).equals(theirs.subarray(0, 64)), "the hash of the circuit is that of snarkjs");
}

/* Each side contributes to what the other has left. */
async function phase2() {
    run("contribute", path("0.zkey"), path("p1.zkey"));
    await snarkjs.zKey.contribute(path("p1.zkey"), path("p2.zkey"), "snarkjs", "entropy of a test");
    run("beacon", path("p2.zkey"), path("p3.zkey"));
    report(await snarkjs.zKey.verifyFromInit(path("0.zkey"), path("1.ptau"), path("p3.zkey")),
        "snarkjs verifies contributions and a beacon of libnonzk");
    report(runs("verify-phase2", path("0.zkey"), path("p3.zkey")), "libnonzk verifies a ceremony of both");
    await snarkjs.zKey.beacon(path("p2.zkey"), path("p4.zkey"), "", "0102030405", 10);
    report(unsealed("p3.zkey").equals(unsealed("p4.zkey")),
        "the beacons of both make the same bytes");
}

/* The first phase by both; the beacons' files differ in the rest of a hash's block, which nobody reads. */
async function phase1() {
    run("ptau-new", "4", path("t0.ptau"));
    await snarkjs.powersOfTau.newAccumulator(await snarkjs.curves.getCurveFromName("bls12381", { singleThread: true }), 4, path("u0.ptau"));
    report(fs.readFileSync(path("t0.ptau")).equals(fs.readFileSync(path("u0.ptau"))), "powers of tau begin with the same bytes");
    run("ptau-contribute", path("t0.ptau"), path("t1.ptau"));
    await snarkjs.powersOfTau.contribute(path("t1.ptau"), path("t2.ptau"), "snarkjs", "entropy of a test");
    run("ptau-beacon", path("t2.ptau"), path("t3.ptau"));
    run("ptau-prepare", path("t3.ptau"), path("t4.ptau"));
    report(await snarkjs.powersOfTau.verify(path("t4.ptau")), "snarkjs verifies powers of tau of both, prepared by libnonzk");
    report(runs("ptau-verify", path("t4.ptau")), "libnonzk verifies them, too");
    await snarkjs.powersOfTau.preparePhase2(path("t3.ptau"), path("u4.ptau"));
    report(unsealed("t4.ptau").equals(unsealed("u4.ptau")), "both prepare the same bytes");
    await snarkjs.powersOfTau.beacon(path("t2.ptau"), path("u3.ptau"), "", "0102030405", 10);
    report((await section("t3.ptau", 2)).equals(await section("u3.ptau", 2)), "the beacons of both make the same powers");
    report(runs("ptau-verify", path("u3.ptau")), "libnonzk verifies a beacon of snarkjs");
}

async function main() {
    const curve = await snarkjs.curves.getCurveFromName("bls12381", { singleThread: true });
    const secrets = run("secrets", SEED).trim().split("\n").map((hex) => curve.Fr.e(Scalar.fromString(hex, 16)));
    await writePowers(curve, "0.ptau", secrets);
    await snarkjs.powersOfTau.preparePhase2(path("0.ptau"), path("1.ptau"));
    await snarkjs.zKey.newZKey(r1cs, path("1.ptau"), path("0.zkey"));
    run("phase2-new", r1cs, path("1.ptau"), path("n.zkey"));
    run("rewrite", path("0.zkey"), path("m.zkey"));
    report(fs.readFileSync(path("n.zkey")).equals(fs.readFileSync(path("m.zkey"))),
        "the second phase begins with the same key, whoever begins it");
    await theirKey();
    await ourKey();
    await sameKey();
    await phase2();
    await phase1();
    await curve.terminate();
    process.exit(failed ? 1 : 0);
}

main().catch((error) => {
    console.log(`not ok ${number} - ${String(error)}`);
    process.exit(1);
});
