export * from './algorithm.js';
export * from './chip-packets.js';
export * from './cmssw-autoencoder.js';
export * from './reference.js';
