export { readKeras } from './read-keras.js';
