// Yosys' gates as cells of gates.lib.
module \$_NOT_ (input A, output Y); INV _TECHMAP_REPLACE_ (.A(A), .Y(Y)); endmodule
module \$_AND_ (input A, B, output Y); AND2 _TECHMAP_REPLACE_ (.A(A), .B(B), .Y(Y)); endmodule
module \$_OR_ (input A, B, output Y); OR2 _TECHMAP_REPLACE_ (.A(A), .B(B), .Y(Y)); endmodule
module \$_XOR_ (input A, B, output Y); XOR2 _TECHMAP_REPLACE_ (.A(A), .B(B), .Y(Y)); endmodule
module \$_MUX_ (input A, B, S, output Y); MUX2 _TECHMAP_REPLACE_ (.A(A), .B(B), .S(S), .Y(Y)); endmodule
module \$_DFF_P_ (input C, D, output Q); DFF _TECHMAP_REPLACE_ (.C(C), .D(D), .Q(Q)); endmodule
module \$_DFF_PN0_ (input C, R, D, output Q); DFFR _TECHMAP_REPLACE_ (.C(C), .R(R), .D(D), .Q(Q)); endmodule
module \$_DFF_PN1_ (input C, R, D, output Q); DFFS _TECHMAP_REPLACE_ (.C(C), .S(R), .D(D), .Q(Q)); endmodule
