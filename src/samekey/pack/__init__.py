"""Users become chunk files under the size limit, in a run folder that keeps its promises."""
