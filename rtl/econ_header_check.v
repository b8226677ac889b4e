// Checks the headers of the input words and counts the wrong ones of each link.
//
// Right is, on all links, the orbit header when link 0 has it, else the idle header. A 1 in a mask ignores
// that bit. The counters saturate; wrong_o stays until it is cleared. Nothing is checked until the chip runs.
`default_nettype none

module econ_header_check #(
    parameter Links      = 12,
    parameter Triplicate = 0
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                run_i,
    input  wire                clear_i,
    input  wire [4*Links-1:0]  headers_i,      // of link r in [4r+3:4r]
    input  wire [3:0]          orbit_value_i,
    input  wire [3:0]          orbit_mask_i,
    input  wire [3:0]          idle_value_i,
    input  wire [3:0]          idle_mask_i,
    output wire [Links-1:0]    wrong_o,
    output wire [16*Links-1:0] count_o,
    output wire [Links-1:0]    err_o
);

  wire       orbit; // link 0 begins an orbit
  wire [3:0] value;
  wire [3:0] mask;

  assign orbit = ~|((headers_i[3:0] ^ orbit_value_i) & ~orbit_mask_i);
  assign value = orbit ? orbit_value_i : idle_value_i;
  assign mask  = orbit ? orbit_mask_i : idle_mask_i;

  genvar r;
  generate
    for (r = 0; r < Links; r = r + 1) begin : gen_link
      wire        wrong;
      wire [15:0] count;
      wire [16:0] next;

      assign wrong = run_i & (|((headers_i[4*r +: 4] ^ value) & ~mask));
      assign count = count_o[16*r +: 16];
      assign next  = clear_i ? 17'd0 : {1'b1, (&count) ? count : count + 16'd1};

      econ_register #(.Width(17), .Triplicate(Triplicate)) u_wrong (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .en_i  (wrong | clear_i),
        .d_i   (next),
        .q_o   ({wrong_o[r], count_o[16*r +: 16]}),
        .err_o (err_o[r])
      );
    end
  endgenerate

endmodule

`default_nettype wire
