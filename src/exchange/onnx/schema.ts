/**
 * onnx.proto (ONNX IR, github.com/onnx/onnx), with every field: a field that is not here is refused. Parts that nothing
 * here reads are bytes. Shared by reading and writing.
 */
export const onnxSchema = `syntax = "proto3";
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string producer_version = 3; string domain = 4;
  int64 model_version = 5; string doc_string = 6; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
  repeated StringStringEntryProto metadata_props = 14; repeated bytes training_info = 20;
  repeated FunctionProto functions = 25; repeated bytes configuration = 26;
}
message StringStringEntryProto { string key = 1; string value = 2; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message FunctionProto {
  string name = 1; repeated string input = 4; repeated string output = 5; repeated string attribute = 6;
  repeated NodeProto node = 7; string doc_string = 8; repeated OperatorSetIdProto opset_import = 9; string domain = 10;
  repeated bytes attribute_proto = 11; repeated bytes value_info = 12; string overload = 13;
  repeated StringStringEntryProto metadata_props = 14;
}
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; repeated bytes value_info = 13;
  repeated bytes quantization_annotation = 14; repeated bytes sparse_initializer = 15;
  repeated StringStringEntryProto metadata_props = 16;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5; string doc_string = 6; string domain = 7; string overload = 8;
  repeated StringStringEntryProto metadata_props = 9; repeated bytes device_configurations = 10;
}
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; bytes g = 6; repeated float floats = 7;
  repeated int64 ints = 8; repeated bytes strings = 9; repeated bytes tensors = 10; repeated bytes graphs = 11;
  string doc_string = 13; bytes tp = 14; repeated bytes type_protos = 15; int32 type = 20; string ref_attr_name = 21;
  bytes sparse_tensor = 22; repeated bytes sparse_tensors = 23;
}
message TensorProto {
  repeated int64 dims = 1; int32 data_type = 2; bytes segment = 3; repeated float float_data = 4;
  repeated int32 int32_data = 5; repeated bytes string_data = 6; repeated int64 int64_data = 7; string name = 8;
  bytes raw_data = 9; repeated double double_data = 10; repeated uint64 uint64_data = 11; string doc_string = 12;
  repeated StringStringEntryProto external_data = 13; int32 data_location = 14;
  repeated StringStringEntryProto metadata_props = 16;
}
message ValueInfoProto {
  string name = 1; TypeProto type = 2; string doc_string = 3; repeated StringStringEntryProto metadata_props = 4;
}
message TypeProto {
  TypeTensor tensor_type = 1; bytes sequence_type = 4; bytes map_type = 5; string denotation = 6; bytes opaque_type = 7;
  bytes sparse_tensor_type = 8; bytes optional_type = 9;
}
message TypeTensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TensorShapeProto { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; string dim_param = 2; string denotation = 3; }`;

/** Fields that are 0 or empty may be missing, here and below. */
export interface OnnxTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly data_type: number;
  readonly float_data?: readonly number[];
  readonly raw_data?: Uint8Array;
  readonly int64_data?: readonly number[];
  readonly int32_data?: readonly number[];
  readonly double_data?: readonly number[];
  readonly uint64_data?: readonly number[];
  readonly segment?: Uint8Array;
  readonly external_data?: readonly { readonly key?: string; readonly value?: string }[];
  readonly data_location?: number;
}

export interface OnnxAttribute {
  readonly name: string;
  readonly type?: number;
  readonly i?: number;
  readonly f?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
  readonly t?: OnnxTensor;
  readonly ref_attr_name?: string;
}

export interface OnnxNode {
  readonly name?: string;
  readonly op_type: string;
  readonly domain?: string;
  readonly overload?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxValue {
  readonly name: string;
  readonly type?: {
    readonly tensor_type?: {
      readonly elem_type?: number;
      readonly shape?: {
        readonly dim: readonly { readonly dim_value?: number; readonly dim_param?: string }[];
      };
    };
  };
}

export interface OnnxModel {
  readonly ir_version: number;
  readonly opset_import: readonly { readonly domain?: string; readonly version?: number }[];
  readonly training_info?: readonly Uint8Array[];
  readonly graph?: OnnxGraph;
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly sparse_initializer?: readonly Uint8Array[];
  /** ValueInfoProto of values between nodes; written, not read. */
  readonly value_info?: readonly Uint8Array[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
}

export const ONNX_FLOAT = 1;
/** AttributeProto.AttributeType, as far as they are used. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const;
/** Where Quant is defined: github.com/fastmachinelearning/qonnx. */
export const QONNX_DOMAIN = 'qonnx.custom_op.general';
