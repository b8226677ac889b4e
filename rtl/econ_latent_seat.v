// The member of a set with Seat members below it: its code, and its share "c choose Seat + 1" of the set's
// number.
`default_nettype none

module econ_latent_seat #(
    parameter Latents  = 48,
    parameter CodeBits = 3,
    parameter Seat     = 0,
    parameter SetBits  = 27
) (
    input  wire [Latents-1:0]          map_i,
    input  wire [6*Latents-1:0]        missing_i,  // latents below that are no members, of k in [6k+5:6k]
    input  wire [CodeBits*Latents-1:0] codes_i,
    output reg  [CodeBits-1:0]         code_o,
    output reg  [SetBits-1:0]          share_o
);

  // n choose r; every product on the way is a binomial times at most 48.
  function [63:0] choose;
    input [63:0] n;
    input [63:0] r;
    reg   [63:0] step;
    begin
      choose = (n < r) ? 64'd0 : 64'd1;
      for (step = 64'd1; step <= r; step = step + 64'd1)
        if (n >= r) choose = (choose * (n - r + step)) / step;
    end
  endfunction

  // Latent k takes the seat when it is a member and k - Seat latents below it are none.
  wire [Latents-1:0]         here;
  wire [SetBits*Latents-1:0] shares;

  genvar c;
  generate
    for (c = 0; c < Latents; c = c + 1) begin : gen_latent
      localparam [63:0] Share = choose(c, Seat + 1);
      if (c < Seat) begin : gen_never
        assign here[c] = 1'b0;
        wire unused_latent;
        assign unused_latent = ^{map_i[c], missing_i[6*c +: 6]};
      end else begin : gen_maybe
        localparam [5:0] Below = c - Seat;
        assign here[c] = map_i[c] & (missing_i[6*c +: 6] == Below);
      end
      assign shares[SetBits*c +: SetBits] = Share[SetBits-1:0];
    end
  endgenerate

  integer k;

  always @* begin
    code_o  = {CodeBits{1'b0}};
    share_o = {SetBits{1'b0}};
    for (k = 0; k < Latents; k = k + 1) begin
      code_o  = code_o | (codes_i[CodeBits*k +: CodeBits] & {CodeBits{here[k]}});
      share_o = share_o | (shares[SetBits*k +: SetBits] & {SetBits{here[k]}});
    end
  end

endmodule

`default_nettype wire
