/**
 * tensorflow/core/framework: graph.proto, node_def.proto, attr_value.proto, tensor.proto, with every field: a field that is
 * not here is refused. Parts that nothing here reads are bytes.
 */
export const graphDefSchema = `syntax = "proto3";
message GraphDef { repeated NodeDef node = 1; bytes library = 2; int32 version = 3; bytes versions = 4; bytes debug_info = 5; }
message NodeDef {
  string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5;
  bytes experimental_debug_info = 6; bytes experimental_type = 7;
}
message AttrValue {
  ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6; TensorShapeProto shape = 7;
  TensorProto tensor = 8; string placeholder = 9; bytes func = 10;
}
message ListValue {
  repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5; repeated int32 type = 6;
  repeated TensorShapeProto shape = 7; repeated bytes tensor = 8; repeated bytes func = 9;
}
message TensorProto {
  int32 dtype = 1; TensorShapeProto tensor_shape = 2; int32 version_number = 3; bytes tensor_content = 4;
  repeated float float_val = 5; repeated double double_val = 6; repeated int32 int_val = 7; repeated bytes string_val = 8;
  repeated float scomplex_val = 9; repeated int64 int64_val = 10; repeated bool bool_val = 11;
  repeated double dcomplex_val = 12; repeated int32 half_val = 13; repeated bytes resource_handle_val = 14;
  repeated bytes variant_val = 15; repeated uint32 uint32_val = 16; repeated uint64 uint64_val = 17; bytes float8_val = 18;
}
message TensorShapeProto { repeated Dim dim = 2; bool unknown_rank = 3; }
message Dim { int64 size = 1; string name = 2; }`;

/** Fields that are 0 or empty may be missing, here and below. */
export interface TensorShape {
  readonly dim?: readonly { readonly size?: number }[];
  readonly unknown_rank?: boolean;
}

export interface TensorProto {
  readonly dtype?: number;
  readonly tensor_shape?: TensorShape;
  readonly tensor_content?: Uint8Array;
  readonly float_val?: readonly number[];
  readonly double_val?: readonly number[];
  readonly int_val?: readonly number[];
  readonly int64_val?: readonly number[];
  readonly bool_val?: readonly boolean[];
  readonly half_val?: readonly number[];
  readonly uint32_val?: readonly number[];
  readonly uint64_val?: readonly number[];
}

export interface AttrValue {
  readonly list?: { readonly i?: readonly number[]; readonly s?: readonly Uint8Array[] };
  readonly s?: Uint8Array;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly shape?: TensorShape;
  readonly tensor?: TensorProto;
}

export interface NodeDef {
  readonly name?: string;
  readonly op?: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

export interface GraphDef {
  readonly node: readonly NodeDef[];
}
