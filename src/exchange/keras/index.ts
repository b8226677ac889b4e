export { type Part, readKeras } from './read-keras.js';
