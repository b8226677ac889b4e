// Count 8-bit event counters, Stride bytes apart from Address on (econ_error_counter.v).
`default_nettype none

module econ_counter_array #(
    parameter [15:0] Address    = 16'd0,
    parameter        Stride     = 1,
    parameter        Count      = 1,
    parameter        Triplicate = 0
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             clear_i,
    input  wire [Count-1:0] event_i,
    input  wire [15:0]      address_i,
    output wire [7:0]       read_o,    // 0 when the address is another
    output wire             err_o
);

  wire [8*Count-1:0] counts;
  wire [Count-1:0]   errors;

  genvar k;
  generate
    for (k = 0; k < Count; k = k + 1) begin : gen_counter
      econ_error_counter #(.Triplicate(Triplicate)) u_counter (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .clear_i(clear_i),
        .err_i  (event_i[k]),
        .count_o(counts[8*k +: 8]),
        .err_o  (errors[k])
      );
    end
  endgenerate

  econ_status_array #(.Address(Address), .Stride(Stride), .Count(Count), .Bytes(1)) u_read (
    .address_i(address_i),
    .value_i  (counts),
    .read_o   (read_o)
  );

  assign err_o = |errors;

endmodule

`default_nettype wire
